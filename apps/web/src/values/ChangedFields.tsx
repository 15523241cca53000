import { fieldLabel } from "../words/Fields.js"
import { codedFrom } from "../words/RawFields.js"
import { Changed } from "./Changed.js"
import { jsonText } from "./Json.js"
import type { Shown } from "./Shown.js"
import { isUnsaid, Value } from "./Value.js"
import { words } from "./Words.js"

/** One field with its old and new values, as the API sends it. */
interface FieldChange {
  readonly field: string
  readonly from?: unknown
  readonly to?: unknown
}

// As JSON. What is longer is folded where many changes are listed.
const longest = 600

/** What the registry's new words are read as, where no line of its own says it. */
const ReadAs = ({ changes, field, of, trial }: ChangedFieldsProps & { readonly field: string }) => {
  const coded = codedFrom(field)
  if (coded === undefined || changes.some((each) => each.field === coded)) return null
  const value = trial?.[coded]
  if (isUnsaid(value)) return null
  return (
    <span class="raw">
      {" "}
      (<span class="soft">{words[of.visit.language].readAs}</span>{" "}
      <Value of={of} field={coded} value={value} />)
    </span>
  )
}

/** The fields that changed, each with what it was and what it is. `isFolded`: long ones can be opened. */
export const ChangedFields = ({ changes, isFolded = false, of, trial }: ChangedFieldsProps) => (
  <dl class="facts">
    {changes.map(({ field, from, to }) => {
      const [before, now] = [jsonText(from).length, jsonText(to).length]
      const changed = <Changed of={of} field={field} from={from} to={to} />
      return (
        <>
          <dt>{fieldLabel(of.visit.language, field, of.registry)}</dt>
          <dd>
            {isFolded && Math.max(before, now) > longest ? (
              <details>
                <summary>{words[of.visit.language].long(before, now)}</summary>
                {changed}
              </details>
            ) : (
              changed
            )}
            <ReadAs changes={changes} field={field} of={of} trial={trial} />
          </dd>
        </>
      )
    })}
  </dl>
)

interface ChangedFieldsProps {
  readonly of: Shown
  readonly changes: ReadonlyArray<FieldChange>
  readonly isFolded?: boolean
  /** The trial as it is after the changes. */
  readonly trial?: Readonly<Record<string, unknown>> | undefined
}
