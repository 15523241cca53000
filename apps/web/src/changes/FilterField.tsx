import type { Visit } from "../Page.js"
import type { Wrong } from "../refusal/Wrong.js"
import { words } from "./Words.js"
import { Rule } from "./WrongFilters.js"

interface Named {
  readonly visit: Visit
  readonly name: string
  readonly label: string
  /** The parameters that the API refused. */
  readonly wrong: Wrong
}

/** That a field is wrong, for eyes and ears. */
const Flaw = (props: Omit<Named, "label">) =>
  props.wrong.has(props.name) && (
    <span class="bad small">
      <Rule {...props} />
    </span>
  )

/** A field of a form for a text or a day, filled with what the address has. */
export const TextField = ({
  label,
  name,
  type = "text",
  value,
  visit,
  wrong
}: Named & { readonly type?: "text" | "date" | "search"; readonly value?: string | undefined }) => (
  <label>
    {label}
    <input
      type={type}
      name={name}
      value={value ?? visit.query[name] ?? ""}
      maxLength={500}
      aria-invalid={wrong.has(name) ? "true" : undefined}
    />
    <Flaw visit={visit} name={name} wrong={wrong} />
  </label>
)

/** A value that can be chosen, what it is called, and in which language where not in that of the page. */
export type Choice = readonly [value: string, label: string, lang?: string | undefined]

/** A field of a form for one of some values. What the address has is one of them, also where it is not known here. */
export const ChoiceField = ({
  choices,
  label,
  name,
  none,
  value,
  visit,
  wrong
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
      <select name={name} aria-invalid={wrong.has(name) ? "true" : undefined}>
        {none !== null && <option value="">{none ?? words[visit.language].any}</option>}
        {all.map(([each, said, lang]) => (
          <option value={each} lang={lang} selected={each === chosen}>
            {said}
          </option>
        ))}
      </select>
      <Flaw visit={visit} name={name} wrong={wrong} />
    </label>
  )
}
