import { isSame } from "trials-domain/Change"
import { isCoded } from "../words/Codes.js"
import { codedName, memberLabel } from "../words/Members.js"
import { isObject } from "./Json.js"
import { listDiff } from "./ListDiff.js"
import { mostItems, type Shown } from "./Shown.js"
import { isUnsaid, Value } from "./Value.js"
import { WordDiffOf } from "./WordDiffOf.js"
import { words } from "./Words.js"

/** What a change is shown with. */
interface ChangedProps {
  readonly of: Shown
  readonly field: string
  readonly member?: string | undefined
  readonly from: unknown
  readonly to: unknown
}

// Longer texts are compared word by word.
const short = 80

const Marked = ({ as: Mark, said, ...props }: MarkedProps) => (
  <Mark class={typeof props.value === "object" && props.value !== null ? "block" : undefined}>
    <span class="visually-hidden">{said} </span>
    <Value {...props} />
  </Mark>
)

interface MarkedProps {
  readonly as: "del" | "ins"
  readonly said: string
  readonly of: Shown
  readonly field: string
  readonly member?: string | undefined
  readonly value: unknown
}

const ChangedList = ({
  field,
  from,
  of,
  to
}: ChangedProps & Record<"from" | "to", ReadonlyArray<unknown>>) => {
  const word = words[of.visit.language]
  const { added, changed, isReordered, kept, removed } = listDiff(from, to)
  const left = Math.max(0, removed.length - mostItems) + Math.max(0, added.length - mostItems)
  return (
    <>
      <ul class="items">
        {removed.slice(0, mostItems).map((value) => (
          <li>
            <Marked as="del" said={word.removed} of={of} field={field} value={value} />
          </li>
        ))}
        {added.slice(0, mostItems).map((value) => (
          <li>
            <Marked as="ins" said={word.added} of={of} field={field} value={value} />
          </li>
        ))}
        {changed.slice(0, mostItems).map(({ from, to }) => (
          <li>
            <ChangedMembers of={of} field={field} from={from} to={to} />
          </li>
        ))}
        {left > 0 && (
          <li class="cut">
            {word.moreItems(left)} (<a href={of.json}>{word.whole}</a>)
          </li>
        )}
      </ul>
      {kept > 0 && <p class="note">{isReordered ? word.keptElsewhere(kept) : word.kept(kept)}</p>}
    </>
  )
}

const ChangedMembers = ({ field, from, of, to }: ChangedProps & Record<"from" | "to", object>) => {
  const [old, now] = [new Map(Object.entries(from)), new Map(Object.entries(to))]
  const members = [...new Set([...old.keys(), ...now.keys()])].filter(
    (member) => !(isUnsaid(old.get(member)) && isUnsaid(now.get(member)))
  )
  return (
    <dl class="members">
      {members.map((member) => (
        <div>
          <dt>{memberLabel(of.visit.language, member)}</dt>
          <dd>
            {isSame(old.get(member), now.get(member)) ? (
              <Value of={of} field={field} member={member} value={now.get(member)} />
            ) : (
              <Changed of={of} field={field} member={member} from={old.get(member)} to={now.get(member)} />
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** What a field was and what it is, each marked so that eyes and ears can tell them apart. */
export const Changed = (props: ChangedProps) => {
  const { field, from, member, of, to } = props
  const word = words[of.visit.language]
  if (Array.isArray(from) && Array.isArray(to) && from.length + to.length > 0) {
    return <ChangedList {...props} from={from} to={to} />
  }
  if (isObject(from) && isObject(to)) return <ChangedMembers {...props} from={from} to={to} />
  const isText = typeof from === "string" && typeof to === "string"
  if (isText && Math.max(from.length, to.length) > short && !isCoded(codedName(field, member))) {
    return <WordDiffOf of={of} from={from} to={to} />
  }
  return (
    <>
      <Marked as="del" said={word.was} of={of} field={field} member={member} value={from} />{" "}
      <Marked as="ins" said={word.now} of={of} field={field} member={member} value={to} />
    </>
  )
}
