import { businessDiff, diff, isSame } from "../model/Change.js"
import { editedField, type Trial, trialFields } from "../model/Trial.js"
import type { TrialVersion } from "../model/TrialVersion.js"

/** What in a version does not follow from the previous one. */
const checkStep = (before: TrialVersion | undefined, version: TrialVersion): ReadonlyArray<string> => {
  const { changes, kind, observedAt, trial } = version
  const wrong: Array<string> = []
  const expected = before === undefined ? [] : (kind === "edited" ? businessDiff : diff)(before.trial, trial)
  // Earlier versions of this library never listed a computed value in an edit, even without the text beside it.
  const listed = expected.filter(({ field }) => kind !== "edited" || editedField(field) === field)
  if (version.version !== (before?.version ?? 0) + 1) wrong.push("versions are missing before it")
  if ((kind === "created") !== (before === undefined)) wrong.push(`it cannot be ${kind}`)
  if (!isSame(changes, expected) && !isSame(changes, listed))
    wrong.push("its changes are not what it differs in from the one before")
  if (before !== undefined && before.observedAt > observedAt)
    wrong.push("it was observed before the one before")
  const moves = kind === "created" || kind === "edited"
  if (trial.updatedAt !== (moves || before === undefined ? observedAt : before.trial.updatedAt))
    wrong.push("its updatedAt is not that of the registry's last edit")
  if (before !== undefined && before.trial.createdAt !== trial.createdAt) wrong.push("its createdAt moved")
  return wrong
}

/**
 * What is wrong with a trial's history, one sentence each. Every version, oldest first, must follow from the previous
 * one by the changes that it lists. The last one must be the trial as served (null if that cannot be read).
 */
export const checkChain = (
  trial: Trial | null,
  versions: ReadonlyArray<TrialVersion>
): ReadonlyArray<string> => {
  const steps = versions.flatMap((version, n) =>
    checkStep(versions[n - 1], version).map((wrong) => `version ${version.version}: ${wrong}`)
  )
  const last = versions.at(-1)
  if (trial === null) return steps
  if (last === undefined) return ["the trial has no version"]
  const differing = trialFields.filter((field) => !isSame(trial[field], last.trial[field]))
  return differing.length === 0
    ? steps
    : [...steps, `the trial is not its last version: ${differing.join(", ")}`]
}
