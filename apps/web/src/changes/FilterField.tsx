import type { Visit } from "../Page.js"
import { words } from "./Words.js"

interface Named {
  readonly visit: Visit
  readonly name: string
  readonly label: string
}

/** A field of a form for a text or a day, filled with what the address has. */
export const TextField = ({
  label,
  name,
  type = "text",
  value,
  visit
}: Named & { readonly type?: "text" | "date" | "search"; readonly value?: string | undefined }) => (
  <label>
    {label}
    <input type={type} name={name} value={value ?? visit.query[name] ?? ""} maxLength={500} />
  </label>
)

/** A value that can be chosen, and what it is called. */
export type Choice = readonly [value: string, label: string]

/** A field of a form for one of some values. What the address has is one of them, also where it is not known here. */
export const ChoiceField = ({
  choices,
  label,
  name,
  none,
  value,
  visit
}: Named & {
  readonly choices: ReadonlyArray<Choice>
  /** What no value means; null where one is always chosen. */
  readonly none?: string | null
  readonly value?: string | undefined
}) => {
  const chosen = value ?? visit.query[name] ?? ""
  const isKnown = chosen === "" || choices.some(([each]) => each === chosen)
  const all: ReadonlyArray<Choice> = isKnown ? choices : [...choices, [chosen, chosen]]
  return (
    <label>
      {label}
      <select name={name}>
        {none !== null && <option value="">{none ?? words[visit.language].any}</option>}
        {all.map(([each, said]) => (
          <option value={each} selected={each === chosen}>
            {said}
          </option>
        ))}
      </select>
    </label>
  )
}
