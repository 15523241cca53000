import { isObject } from "./Json.js"
import { type CodedName, codeLabel, isCoded } from "../words/Codes.js"
import { codedName, memberLabel } from "../words/Members.js"
import { DateOf, isDate } from "./Dates.js"
import { closed } from "./Closed.js"
import { beginning, SaidText } from "./SaidText.js"
import { mostItems, type Shown } from "./Shown.js"
import { words } from "./Words.js"

/** What a value is shown with. */
interface ValueProps {
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

/** Codes are short: they stand in one line. */
const Codes = ({ name, of, value }: CodesProps) => {
  const labels = value.slice(0, mostItems).map((code) => codeLabel(of.visit.language, name, String(code)))
  const text = beginning(labels.join(", "), of.most)
  return <bdi>{closed(text)}</bdi>
}

interface CodesProps {
  readonly of: Shown
  readonly name: CodedName
  readonly value: ReadonlyArray<unknown>
}

// Of one text in a list.
const mostInList = 2000

const Items = ({ field, member, of, value }: ValueProps & { readonly value: ReadonlyArray<unknown> }) => {
  const left = value.length - mostItems
  return (
    <ul class="items">
      {value.slice(0, mostItems).map((item) => (
        <li>
          <Value
            of={{ ...of, most: Math.min(of.most, mostInList) }}
            field={field}
            member={member}
            value={item}
          />
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

const Members = ({
  field,
  of,
  value
}: ValueProps & { readonly value: Readonly<Record<string, unknown>> }) => (
  <dl class="members">
    {Object.entries(value)
      .filter(([, inner]) => !isUnsaid(inner))
      // The registry's own text of an identifier is mostly the identifier.
      .filter(([member, inner]) => member !== "raw" || inner !== value["id"])
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
  if (Array.isArray(value) && isCoded(name)) return <Codes of={of} name={name} value={value} />
  if (Array.isArray(value)) return <Items {...props} value={value} />
  if (isObject(value)) return <Members {...props} value={value} />
  const text = String(value)
  const label = isCoded(name) ? codeLabel(language, name, text) : text
  if (label !== text) return <>{label}</>
  if (field.endsWith("Date") && isDate(text)) return <DateOf date={text} language={language} />
  return <SaidText of={of} text={text} />
}
