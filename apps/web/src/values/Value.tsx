import { isObject } from "./Json.js"
import { codeLabel, isCoded } from "../words/Codes.js"
import { codedName, memberLabel } from "../words/Members.js"
import { DateOf } from "./Dates.js"
import { SaidText } from "./SaidText.js"
import { mostItems, type Shown } from "./Shown.js"
import { words } from "./Words.js"

/** What a value is shown with. */
export interface ValueProps {
  readonly of: Shown
  /** The field that has it. */
  readonly field: string
  /** The member of an object in the field, where it is one. */
  readonly member?: string | undefined
  readonly value: unknown
}

/** Whether nothing is said. */
export const isUnsaid = (value: unknown): boolean =>
  value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0)

const Items = ({ field, member, of, value }: ValueProps & { readonly value: ReadonlyArray<unknown> }) => {
  const left = value.length - mostItems
  return (
    <ul class="items">
      {value.slice(0, mostItems).map((item) => (
        <li>
          <Value of={of} field={field} member={member} value={item} />
        </li>
      ))}
      {left > 0 && (
        <li class="cut">
          {words[of.visit.language].moreItems(left)} (<a href={of.json}>{words[of.visit.language].whole}</a>)
        </li>
      )}
    </ul>
  )
}

const Members = ({ field, of, value }: ValueProps & { readonly value: object }) => (
  <dl class="members">
    {Object.entries(value)
      .filter(([, inner]) => !isUnsaid(inner))
      .map(([member, inner]) => (
        <div>
          <dt>{memberLabel(of.visit.language, member)}</dt>
          <dd>
            <Value of={of} field={field} member={member} value={inner} />
          </dd>
        </div>
      ))}
  </dl>
)

/** A value of a field, of any kind that JSON has: a newer server may have fields that are not known here. */
export const Value = (props: ValueProps) => {
  const { field, member, of, value } = props
  const { language } = of.visit
  const name = codedName(field, member)
  if (isUnsaid(value)) return <span class="unsaid">{words[language].unsaid}</span>
  if (typeof value === "boolean") return <>{value ? words[language].yes : words[language].no}</>
  if (typeof value === "number") {
    return <>{field === "durationMonths" ? words[language].months(value) : value.toLocaleString(language)}</>
  }
  if (Array.isArray(value)) return <Items {...props} value={value} />
  if (isObject(value)) return <Members {...props} value={value} />
  const text = String(value)
  if (isCoded(name)) return <>{codeLabel(language, name, text)}</>
  if (field.endsWith("Date")) return <DateOf date={text} language={language} />
  return <SaidText of={of} text={text} />
}
