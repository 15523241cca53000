import type { FieldChange } from "trials-domain/Change"
import type { TrialVersion } from "trials-domain/TrialVersion"
import { clean } from "./Output.js"
import { valueText } from "./TrialText.js"

const fieldText = ({ field, from, to }: FieldChange): string =>
  `${field}: ${valueText(from)} → ${valueText(to)}`

/** What a version changed, for a person. */
export const changeText = ({ changes, kind, mergedInto, trial }: TrialVersion): string => {
  switch (kind) {
    case "created":
      return trial.title
    case "disappeared":
      return mergedInto === null
        ? `no longer listed since ${trial.missingSince ?? ""}`
        : clean(`merged into ${mergedInto}: no longer listed since ${trial.missingSince ?? ""}`)
    case "reappeared":
      return "listed again"
    case "edited":
    case "remapped":
      return changes.map(fieldText).join("; ")
  }
}

/** What kind of change made a version, and how an edit differs from others. */
export const kindText = ({ kind, mass, silent }: TrialVersion): string =>
  [kind, ...(silent ? ["silent"] : []), ...(mass ? ["mass"] : [])].join(", ")

/** An instant as a table shows it: UTC, to the minute. */
export const minute = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)}`
