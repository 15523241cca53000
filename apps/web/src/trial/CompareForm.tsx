import type { Visit } from "../Page.js"
import { trialPath } from "../values/Shown.js"
import type { Trial } from "./Answers.js"
import { words } from "./Words.js"

const VersionChoice = ({ chosen, label, name, versions, visit }: VersionChoiceProps) => (
  <label>
    {label}
    <select name={name}>
      {versions.map((version) => (
        <option value={version} selected={version === chosen}>
          {words[visit.language].version(version)}
        </option>
      ))}
    </select>
  </label>
)

interface VersionChoiceProps {
  readonly visit: Visit
  readonly name: "from" | "to"
  readonly label: string
  readonly chosen: number
  readonly versions: ReadonlyArray<number>
}

// More than these make a list too long to choose from: the newest ones, and the first.
const mostChoices = 200

/** The versions that can be chosen, the newest first. */
const choicesOf = (newest: number): ReadonlyArray<number> => {
  const numbers = Array.from({ length: Math.min(newest, mostChoices) }, (_, index) => newest - index)
  return numbers.at(-1) === 1 ? numbers : [...numbers, 1]
}

/** The form that compares any two versions. */
export const CompareForm = ({ from, newest, to, trial, visit }: CompareFormProps) => {
  const said = words[visit.language]
  const versions = choicesOf(newest)
  return (
    <form method="get" action={visit.to(`${trialPath(trial)}/compare`)} aria-label={said.compare}>
      <div class="fields">
        <VersionChoice visit={visit} name="from" label={said.from} chosen={from} versions={versions} />
        <VersionChoice visit={visit} name="to" label={said.to} chosen={to} versions={versions} />
      </div>
      <button type="submit">{said.doCompare}</button>
    </form>
  )
}

interface CompareFormProps {
  readonly visit: Visit
  readonly trial: Pick<Trial, "registry" | "id">
  readonly newest: number
  readonly from: number
  readonly to: number
}
