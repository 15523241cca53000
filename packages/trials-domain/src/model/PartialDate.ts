import { Schema } from "effect"

/** The form of a date: a year, a month of a year, or a day. */
const form = /^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$/

/** Whether the calendar has this day, as every month has the first 28; `Date` reads 02-30 as the second of March. */
const isReal = (date: string): boolean =>
  date.length < 10 ||
  Number(date.slice(8)) <= 28 ||
  new Date(`${date}T00:00:00Z`).toISOString().startsWith(date)

/** A date as precise as the registry gives it: `2006`, `2006-11` or `2006-11-30`. */
export const PartialDate = Schema.String.pipe(
  Schema.pattern(form),
  Schema.filter(isReal, { jsonSchema: {} })
).annotations({
  identifier: "PartialDate",
  description: "A date as precise as the registry gives it: `2006`, `2006-11` or `2006-11-30`.",
  jsonSchema: { type: "string", pattern: form.source, examples: ["2006-11"] },
  arbitrary: () => (fc) =>
    fc
      .tuple(fc.integer({ min: 0, max: 4_102_444_800_000 }), fc.constantFrom(4, 7, 10))
      .map(([millis, length]) => new Date(millis).toISOString().slice(0, length))
})
