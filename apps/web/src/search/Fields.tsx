import type { ComponentChildren } from "preact"
import type { Visit } from "../Page.js"
import { type CodedName, codesOf } from "../words/Codes.js"
import type { FilterName } from "./Filters.js"
import { filterLabel } from "./Label.js"
import { words } from "./Words.js"

interface FieldProps {
  readonly name: FilterName
  readonly visit: Visit
}

/** A field with its label. */
const Labelled = ({
  children,
  label,
  name
}: {
  readonly children: ComponentChildren
  readonly label: string
  readonly name: string
}) => (
  <div>
    <label for={`f-${name}`}>{label}</label>
    {children}
  </div>
)

/** A field for words. */
export const TextField = ({
  hint,
  label,
  list,
  name,
  visit: { language, query }
}: FieldProps & { readonly hint?: string; readonly label?: string; readonly list?: string }) => (
  <Labelled name={name} label={label ?? filterLabel(language, name)}>
    <input
      id={`f-${name}`}
      name={name}
      value={query[name] ?? ""}
      maxlength={500}
      list={list}
      aria-describedby={hint && `h-${name}`}
    />
    {hint !== undefined && (
      <small id={`h-${name}`} class="soft">
        {hint}
      </small>
    )}
  </Labelled>
)

/** A choice of some values; one that an address has and that is none of them is among them. */
export const Choice = ({
  any,
  label,
  name,
  options,
  value
}: {
  /** What it is called where nothing is chosen; without it, something always is. */
  readonly any?: string
  readonly label: string
  readonly name: string
  readonly options: ReadonlyArray<readonly [string, string]>
  readonly value: string
}) => {
  const isOther = value !== "" && !options.some(([each]) => each === value)
  const all = isOther ? [...options, [value, value] as const] : options
  return (
    <Labelled name={name} label={label}>
      <select id={`f-${name}`} name={name}>
        {any !== undefined && <option value="">{any}</option>}
        {all.map(([each, text]) => (
          <option key={each} value={each} selected={each === value}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  )
}

/** A choice of the codes of a filter. */
export const CodeField = ({
  name,
  visit: { language, query }
}: FieldProps & { readonly name: CodedName }) => (
  <Choice
    name={name}
    label={filterLabel(language, name)}
    any={words[language].any}
    options={codesOf(language, name)}
    value={query[name] ?? ""}
  />
)
