// Hangul and Han take two columns on a terminal; these tables do not contain them.
const pad = (text, width, at) => (at === 0 ? text.padEnd(width) : text.padStart(width))

/** Rows of text as aligned columns under a title. */
export const table = (title, rows) => {
  const widths = rows[0].map((_, at) => Math.max(...rows.map((row) => row[at].length)))
  const line = (row) => row.map((text, at) => pad(text, widths[at], at)).join("   ")
  const [head, ...body] = rows
  return [
    `\n${title}`,
    line(head),
    widths.map((width) => "─".repeat(width)).join("   "),
    ...body.map(line)
  ].join("\n")
}

export const millis = (number) =>
  number < 10 ? number.toFixed(2) : number < 1000 ? number.toFixed(1) : number.toFixed(0)

export const ratio = (number) => number.toFixed(2)

export const count = (number) => Math.round(number).toLocaleString("en")

export const megabytes = (bytes) => (bytes / 1024 / 1024).toFixed(1)
