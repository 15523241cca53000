import { closed } from "./Closed.js"
import { languageOfText, type Shown } from "./Shown.js"
import { words } from "./Words.js"

/** The beginning of a text, as many characters as are shown, never with half of a pair. */
export const beginning = (text: string, most: number): string => {
  if (text.length <= most) return text
  const cut = text.slice(0, most)
  return cut.isWellFormed() ? cut : cut.slice(0, -1)
}

/** That a text goes on, and where. */
export const Cut = ({ of, count }: { readonly of: Shown; readonly count: number }) =>
  count <= 0 ? null : (
    <span class="cut" dir="ltr">
      {" "}
      {words[of.visit.language].more(count)} (<a href={of.json}>{words[of.visit.language].whole}</a>)
    </span>
  )

/** A text as its registry wrote it: in its own language and direction, and never as markup. */
export const SaidText = ({ of, text }: { readonly of: Shown; readonly text: string }) => {
  const shown = beginning(text, of.most)
  return (
    <>
      <bdi class={text.includes("\n") ? "said lines" : "said"} lang={languageOfText(of.registry, text)}>
        {closed(shown)}
      </bdi>
      <Cut of={of} count={text.length - shown.length} />
    </>
  )
}

/** The beginning of a text as its registry wrote it, for a heading or a link. */
export const SaidTitle = ({
  most = 300,
  registry,
  text
}: {
  readonly registry: string
  readonly text: string
  readonly most?: number
}) => {
  const shown = beginning(text, most)
  return (
    <bdi class="said" lang={languageOfText(registry, text)}>
      {closed(shown)}
      {shown.length < text.length && "…"}
    </bdi>
  )
}
