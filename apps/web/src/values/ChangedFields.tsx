import { fieldLabel } from "../words/Fields.js"
import { Changed } from "./Changed.js"
import { jsonText } from "./Json.js"
import type { Shown } from "./Shown.js"
import { words } from "./Words.js"

/** One field with its old and new values, as the API sends it. */
interface FieldChange {
  readonly field: string
  readonly from?: unknown
  readonly to?: unknown
}

// As JSON. What is longer is folded where many changes are listed.
const longest = 600

/** The fields that changed, each with what it was and what it is. `isFolded`: long ones can be opened. */
export const ChangedFields = ({ changes, isFolded = false, of }: ChangedFieldsProps) => (
  <dl class="facts">
    {changes.map(({ field, from, to }) => {
      const [before, now] = [jsonText(from).length, jsonText(to).length]
      const changed = <Changed of={of} field={field} from={from} to={to} />
      return (
        <>
          <dt>{fieldLabel(of.visit.language, field)}</dt>
          <dd>
            {isFolded && Math.max(before, now) > longest ? (
              <details>
                <summary>{words[of.visit.language].long(before, now)}</summary>
                {changed}
              </details>
            ) : (
              changed
            )}
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
}
