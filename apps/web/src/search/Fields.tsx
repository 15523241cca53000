import type { ComponentChildren } from "preact"
import type { Visit } from "../Page.js"
import { type CodedName, codesOf } from "../words/Codes.js"
import type { Wrong } from "../refusal/Wrong.js"
import { FieldError, invalid } from "./FieldError.js"
import type { FilterName } from "./Filters.js"
import { filterLabel } from "./Label.js"
import { words } from "./Words.js"

interface FieldProps {
  readonly name: FilterName
  readonly visit: Visit
  readonly wrong: Wrong
}

/** A field with its label, and with what is wrong with it. */
const Labelled = ({
  children,
  label,
  name,
  ...rest
}: {
  readonly children: ComponentChildren
  readonly label: string
  readonly name: string
  readonly visit: Visit
  readonly wrong: Wrong
}) => (
  <div>
    <label for={`f-${name}`}>{label}</label>
    {children}
    <FieldError name={name} {...rest} />
  </div>
)

/** A field for words. */
export const TextField = ({
  hint,
  label,
  list,
  name,
  visit,
  wrong
}: FieldProps & { readonly hint?: string; readonly label?: string; readonly list?: string }) => (
  <Labelled name={name} label={label ?? filterLabel(visit.language, name)} visit={visit} wrong={wrong}>
    <input
      id={`f-${name}`}
      name={name}
      value={visit.query[name] ?? ""}
      maxlength={500}
      list={list}
      {...invalid(name, wrong, hint && `h-${name}`)}
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
  languageOf,
  name,
  options,
  visit,
  wrong
}: {
  /** What it is called where nothing is chosen; without it, something always is. */
  readonly any?: string
  readonly label: string
  /** The language of an option, by its value and text; without it, they are in that of the page. */
  readonly languageOf?: (value: string, text: string) => string | undefined
  readonly name: string
  readonly options: ReadonlyArray<readonly [string, string]>
  readonly visit: Visit
  readonly wrong: Wrong
}) => {
  const value = visit.query[name] ?? ""
  const isOther = value !== "" && !options.some(([each]) => each === value)
  const all = isOther ? [...options, [value, value] as const] : options
  return (
    <Labelled name={name} label={label} visit={visit} wrong={wrong}>
      <select id={`f-${name}`} name={name} {...invalid(name, wrong)}>
        {any !== undefined && <option value="">{any}</option>}
        {all.map(([each, text]) => (
          <option key={each} value={each} selected={each === value} lang={languageOf?.(each, text)}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  )
}

/** A choice of the codes of a filter. */
export const CodeField = ({ name, visit, wrong }: FieldProps & { readonly name: CodedName }) => (
  <Choice
    name={name}
    label={filterLabel(visit.language, name)}
    any={words[visit.language].any}
    options={codesOf(visit.language, name)}
    visit={visit}
    wrong={wrong}
  />
)
