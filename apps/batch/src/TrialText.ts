import { contentFields, type Trial } from "trials-domain/Trial"
import { clean } from "./Output.js"

/** A field's value as text for a person. */
export const valueText = (value: unknown): string =>
  clean(
    value === null || value === undefined || (Array.isArray(value) && value.length === 0)
      ? "–"
      : Array.isArray(value)
        ? value.join(", ")
        : String(value)
  )

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
