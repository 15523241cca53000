import { contentFields, type Trial } from "trials-domain/Trial"
import { clean } from "./Output.js"

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0)

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A value as text; an object by its members, those of a list apart by semicolons. */
const textOf = (value: unknown): string => {
  if (Array.isArray(value)) return value.map(textOf).join(value.some(isObject) ? "; " : ", ")
  if (!isObject(value)) return String(value)
  return Object.entries(value)
    .filter(([, member]) => !isEmpty(member))
    .map(([name, member]) => `${name} ${textOf(member)}`)
    .join(", ")
}

/** A field's value as text for a person. */
export const valueText = (value: unknown): string => clean(isEmpty(value) ? "–" : textOf(value))

const own = ["version", "createdAt", "updatedAt", "missingSince"] as const

/** A trial, one field per line, without the fields that the registry left empty. */
export const trialText = (trial: Trial): string => {
  const fields = [...contentFields, ...own].filter(
    (field) => field !== "title" && valueText(trial[field]) !== "–"
  )
  const width = Math.max(...fields.map((field) => field.length))
  return [
    clean(`${trial.registry} ${trial.id}  ${trial.title}`),
    ...fields.map((field) => `  ${field.padEnd(width)}  ${valueText(trial[field])}`)
  ].join("\n")
}
