import type { FieldChange } from "trials-domain/Change"
import type { TrialVersion } from "trials-domain/TrialVersion"
import { valueText } from "./TrialText.js"

const fieldText = ({ field, from, to }: FieldChange): string =>
  `${field}: ${valueText(from)} → ${valueText(to)}`

/** What a version changed, for a person. */
export const changeText = ({ changes, kind, trial }: TrialVersion): string => {
  switch (kind) {
    case "created":
      return trial.title
    case "disappeared":
      return `no longer listed since ${trial.missingSince ?? ""}`
    case "reappeared":
      return "listed again"
    case "edited":
    case "remapped":
      return changes.map(fieldText).join("; ")
  }
}

/** An instant as a table shows it: UTC, to the minute. */
export const minute = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)}`
