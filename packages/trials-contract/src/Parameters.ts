import { Option, ParseResult, Schema } from "effect"
import { beginning, FeedPosition, form } from "trials-domain/FeedPosition"
import { normalized } from "trials-domain/Identifier"
import { Instant, parse } from "trials-domain/Instant"
import { PartialDate } from "trials-domain/PartialDate"
import { isBlank } from "trials-domain/Text"
import { RegistryName } from "trials-domain/Trial"
import { mostText, searchedIn, TrialFilter } from "trials-domain/TrialFilter"

/** The message for a wrong parameter. One that was sent twice arrives as a list. */
const must = (rule: string) => ({
  message: (issue: ParseResult.ParseIssue) => ({
    message: Array.isArray(issue.actual) ? "must be given once" : rule,
    override: true
  })
})

const described = (description: string, jsonSchema: object) => ({
  description,
  jsonSchema: { ...jsonSchema, description }
})

const digits = /^(?:0|[1-9]\d{0,9})$/

/** A whole number in plain digits. A client may give it as a number. */
export const whole = (from: number, to: number, description: string, normal?: number) => {
  const rule = `must be a whole number from ${from} to ${to}`
  return Schema.transformOrFail(
    Schema.Union(Schema.String, Schema.Number),
    Schema.Int.pipe(Schema.between(from, to)),
    {
      strict: true,
      decode: (text, _, ast) =>
        digits.test(String(text))
          ? ParseResult.succeed(Number(text))
          : ParseResult.fail(new ParseResult.Type(ast, text, rule)),
      encode: ParseResult.succeed
    }
  ).annotations({
    ...must(rule),
    ...described(description, {
      type: "integer",
      minimum: from,
      maximum: to,
      ...(normal === undefined ? { examples: [from] } : { default: normal })
    })
  })
}

/** `true` or `false`. A client may give it as a boolean. */
export const flag = (description: string, normal?: boolean) =>
  Schema.transform(Schema.Union(Schema.Literal("true", "false"), Schema.Boolean), Schema.Boolean, {
    strict: true,
    decode: (value) => String(value) === "true",
    encode: (value) => value
  }).annotations({
    ...must("must be true or false"),
    ...described(description, {
      type: "boolean",
      ...(normal === undefined ? {} : { default: normal })
    })
  })

/** Text with a few characters at least that are not blank. */
export const text = (description: string) =>
  Schema.String.pipe(
    Schema.minLength(1),
    Schema.maxLength(mostText),
    Schema.filter((given) => !isBlank(given))
  ).annotations({
    ...must(`must have 1 to ${mostText} characters, and not be blank`),
    ...described(description, { type: "string", minLength: 1, maxLength: mostText })
  })

/** A part of a path. */
export const segment = (description: string, example: string) =>
  Schema.String.annotations(described(description, { type: "string", examples: [example] }))

/** One word of a closed list. */
export const oneOf = <A extends string>(choices: ReadonlyArray<A>, description: string, normal?: A) =>
  Schema.Literal(...choices).annotations({
    ...must(`must be one of ${choices.join(", ")}`),
    ...described(description, {
      type: "string",
      enum: choices,
      ...(normal === undefined ? {} : { default: normal })
    })
  })

export const registry = RegistryName.annotations({
  ...must("must be the name of a registry, as in kdca"),
  ...described("The name of a registry, as in `kdca`.", { type: "string", examples: ["kdca"] })
})

/** An instant of RFC 3339, in any zone. */
export const instant = (description: string) => {
  const rule = "must be an instant with its zone, as in 2026-11-23T09:00:00Z (write + as %2B)"
  return Schema.transformOrFail(Schema.String, Instant, {
    strict: true,
    decode: (given, _, ast) =>
      Option.match(parse(given), {
        onNone: () => ParseResult.fail(new ParseResult.Type(ast, given, rule)),
        onSome: ParseResult.succeed
      }),
    encode: ParseResult.succeed
  }).annotations({
    ...must(rule),
    ...described(description, {
      type: "string",
      format: "date-time",
      examples: ["2026-11-23T09:00:00Z"]
    })
  })
}

const datePattern = String.raw`^\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?$`

/** A date as precise as is wanted: a year, a month or a day. */
const date = (description: string) =>
  PartialDate.annotations({
    ...must("must be a day, a month or a year, as in 2026-11-23, 2026-11 or 2026"),
    ...described(description, { type: "string", pattern: datePattern, examples: ["2026-11"] })
  })

/** The two ends of a range of dates. */
const range = (what: string) => ({
  from: optional(date(`${what} on this day or later, or perhaps: of a month or a year any day counts.`)),
  to: optional(date(`${what} on this day or earlier, or perhaps.`))
})

/** Words of a closed list, with commas between them. */
export const words = <A extends string>(choices: ReadonlyArray<A>, description: string) => {
  const rule = `must be some of ${choices.join(", ")}, with commas between them`
  const known: ReadonlySet<string> = new Set(choices)
  return Schema.transformOrFail(Schema.String, Schema.Array(Schema.Literal(...choices)), {
    strict: true,
    decode: (given, _, ast) => {
      const each = given.split(",")
      return each.every((word): word is A => known.has(word))
        ? ParseResult.succeed([...new Set(each)])
        : ParseResult.fail(new ParseResult.Type(ast, given, rule))
    },
    encode: (each) => ParseResult.succeed(each.join(","))
  }).annotations({
    ...must(rule),
    ...described(description, {
      type: "string",
      pattern: `^(?:${choices.join("|")})(?:,(?:${choices.join("|")}))*$`,
      examples: [choices.slice(0, 2).join(",")]
    })
  })
}

/** A query with only these parameters. Any other is refused by name. */
export const query = <A, I>(parameters: Schema.Schema<A, I>) =>
  Schema.standardSchemaV1(
    parameters.annotations({ parseOptions: { onExcessProperty: "error", errors: "all" } })
  )

/** No parameters at all. */
export const noQuery = Schema.standardSchemaV1(
  Schema.Record({
    key: Schema.String,
    value: Schema.Never.annotations({ message: () => "is unexpected: this path takes no parameters" })
  }).annotations({ parseOptions: { errors: "all" } })
)

export const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

export const withDefault = <A, I>(schema: Schema.Schema<A, I>, normal: NoInfer<A>) =>
  Schema.optionalWith(schema, { exact: true, default: () => normal })

export const limit = (most: number, normal: number) =>
  withDefault(whole(1, most, "How many at most.", normal), normal)

export const cursor = optional(text("`nextCursor` of the page before; none for the first."))

/** A position in the feed. A client may give the seq of a change as a number. */
export const after = withDefault(
  Schema.transform(Schema.Union(Schema.String, Schema.Number), FeedPosition, {
    strict: true,
    decode: String,
    encode: (given) => given
  }).annotations({
    ...must("must be nextAfter of an answer, or the seq of a change (a whole number from 0 to 2147483647)"),
    ...described(
      "What was already seen: `nextAfter` of the answer before, or the `seq` of a change. A `nextAfter` also notices " +
        "that the database was restored.",
      { type: "string", pattern: form.source, default: beginning }
    )
  }),
  beginning
)

const dates = {
  registered: range("The registry first showed it"),
  start: range("It starts"),
  completion: range("It ends"),
  updated: range("The registry showed an update of it")
}

/** The parameters of a filter: those of the library's `TrialFilter`. */
export const filter = {
  q: optional(
    text(
      `Words in ${searchedIn}, as the registry wrote them: all of them, in any case and order. Of Hangul and Han any part is ` +
        "found, of other words the beginning (of one or two letters the whole). What stands together with `-` or another " +
        "sign in between stands next to each other: `CAR-T`. Trials with this very identifier or acronym come first."
    )
  ),
  title: optional(text("Words in the title or the official title, found as those of `q`.")),
  department: optional(text("Words in the department.")),
  institution: optional(text("Words in the name of the lead institution.")),
  sponsor: optional(text("Words in the names of the lead institution, the collaborators and the funders.")),
  condition: optional(text("Words in the conditions.")),
  intervention: optional(text("Words in the interventions and their other names.")),
  studyType: optional(text("As in `observational`, or in the registry's own words, as in `관찰연구`.")),
  phase: optional(text("As in `3`, or in the registry's own words.")),
  observationalModel: optional(text("As in `cohort`, or in the registry's own words.")),
  scope: optional(text("As in `multi-center`, or in the registry's own words, as in `국내다기관`.")),
  status: optional(text("As in `recruiting`, or in the registry's own words.")),
  sponsorClass: optional(text("As in `industry`.")),
  country: optional(text("As in `KR` (ISO 3166-1), or in the registry's own words.")),
  hasResults: optional(flag("Whether the registry shows results of it.")),
  identifier: optional(
    text("Its id, one that its registry once gave it, or its id elsewhere, in any spelling.")
      .pipe(Schema.filter((given) => normalized(given) !== ""))
      .annotations({
        ...must("must have a letter or a digit"),
        ...described("Its id, one that its registry once gave it, or its id elsewhere, in any spelling.", {
          type: "string",
          minLength: 1,
          maxLength: mostText,
          examples: ["NCT01234567"]
        })
      })
  ),
  registry: optional(registry),
  registeredDateFrom: dates.registered.from,
  registeredDateTo: dates.registered.to,
  startDateFrom: dates.start.from,
  startDateTo: dates.start.to,
  completionDateFrom: dates.completion.from,
  completionDateTo: dates.completion.to,
  registryUpdatedDateFrom: dates.updated.from,
  registryUpdatedDateTo: dates.updated.to,
  updatedSince: optional(instant("Created or edited at this instant or later.")),
  updatedUntil: optional(instant("Created or edited at this instant or earlier.")),
  missing: optional(flag("Whether trials that their registry no longer lists are shown too.", false))
} satisfies { readonly [Name in keyof typeof TrialFilter.fields]: Schema.Struct.Field }
