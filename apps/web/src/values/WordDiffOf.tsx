import { closed } from "./Closed.js"
import { beginning, Cut } from "./SaidText.js"
import { languageOfText, type Shown } from "./Shown.js"
import { wordDiff, type DiffPart } from "./WordDiff.js"
import { words } from "./Words.js"

// How much of what stayed is shown before and after what did not.
const context = 100

const Same = ({ isFirst, isLast, of, text }: PartProps) => {
  const [head, tail] = [isFirst ? 0 : context, isLast ? 0 : context]
  const left = text.length - head - tail
  if (left <= context) return <>{closed(text)}</>
  return (
    <>
      {closed(beginning(text, head))}{" "}
      <span class="cut" dir="ltr" lang={of.visit.language}>
        {words[of.visit.language].unchanged(left)}
      </span>{" "}
      {closed(text.slice(text.length - tail).toWellFormed())}
    </>
  )
}

interface PartProps {
  readonly of: Shown
  readonly text: string
  readonly isFirst: boolean
  readonly isLast: boolean
}

const Part = ({ kind, ...props }: PartProps & Pick<DiffPart, "kind">) => {
  const { of, text } = props
  if (kind === "same") return <Same {...props} />
  const shown = beginning(text, of.most)
  const Mark = kind === "old" ? "del" : "ins"
  return (
    <>
      <Mark>
        <span class="visually-hidden" dir="ltr" lang={of.visit.language}>
          {words[of.visit.language][kind === "old" ? "was" : "now"]}{" "}
        </span>
        {closed(shown)}
      </Mark>
      <Cut of={of} count={text.length - shown.length} />
    </>
  )
}

/** Two long texts of a registry as one, with what went and what came marked, and long stretches that stayed left out. */
export const WordDiffOf = ({
  from,
  of,
  to
}: {
  readonly from: string
  readonly to: string
  readonly of: Shown
}) => {
  const parts = wordDiff(from, to)
  const last = parts.length - 1
  return (
    <div class="said lines" dir="auto" lang={languageOfText(of.registry, to)}>
      {parts.map(({ kind, text }, at) => (
        <Part of={of} kind={kind} text={text} isFirst={at === 0} isLast={at === last} />
      ))}
    </div>
  )
}
