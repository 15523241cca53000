import CliTable3 from "cli-table3"
import { styleText } from "node:util"
import { clean } from "./Output.js"

/** A column: its heading, and whether it gives way on a narrow terminal. */
export interface Column {
  readonly head: string
  readonly gives?: boolean
}

const narrowest = 12
const padding = 2

// Characters that take two columns of a terminal: Hangul, Han, kana, full-width forms.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/gu

const widthOf = (text: string): number => [...text].length + (text.match(wide)?.length ?? 0)

/** The widths at which a table fits: the columns that give way share what the others leave. */
const fit = (
  columns: ReadonlyArray<Column>,
  natural: ReadonlyArray<number>,
  width: number
): Array<number> => {
  const widths = natural.map((each) => each + padding)
  let over = widths.reduce((sum, each) => sum + each, 0) - width
  while (over > 0) {
    const givers = columns.flatMap(({ gives }, at) => (gives === true ? [at] : []))
    const widest = givers.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0]
    if (widest === undefined || (widths[widest] ?? 0) <= narrowest) break
    widths[widest] = (widths[widest] ?? 0) - 1
    over -= 1
  }
  return widths
}

const none = ""
const bare = {
  top: none, "top-mid": none, "top-left": none, "top-right": none,
  bottom: none, "bottom-mid": none, "bottom-left": none, "bottom-right": none,
  left: none, "left-mid": none, mid: none, "mid-mid": none, right: none, "right-mid": none, middle: none
} // prettier-ignore

/** A table that fits a terminal. Cells in columns that give way are cut, or broken into lines with `wrap`. */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string | number | null>>,
  options: { readonly width: number; readonly wrap?: boolean }
): string => {
  const cells = rows.map((row) => row.map((cell) => clean(String(cell ?? "")).replaceAll("\n", " ")))
  const natural = columns.map(({ head }, at) =>
    cells.reduce((widest, row) => Math.max(widest, widthOf(row[at] ?? "")), widthOf(head))
  )
  const drawn = new CliTable3({
    head: columns.map(({ head }) => styleText("bold", head)),
    colWidths: fit(columns, natural, options.width),
    wordWrap: options.wrap ?? false,
    wrapOnWordBoundary: false,
    chars: bare,
    style: { head: [], border: [], "padding-left": 0, "padding-right": padding }
  })
  drawn.push(...cells)
  return drawn
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
}
