/** Makes the text of registries comparable: texts that differ only in noise compare equal. */

// C0 and C1 controls (tab and line breaks count as space below), soft hyphen, zero-width marks, word joiner, BOM.
// oxlint-disable-next-line no-control-regex -- these are the characters to remove
const invisible = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u2060\ufeff]/gu

// Printable ASCII and whole Hangul syllables have nothing to normalize and nothing invisible. Most text has only these.
const plain = /^[\u0020-\u007e\uac00-\ud7a3]*$/

/**
 * Makes text well-formed and NFC, removes invisible characters, collapses runs of white space to one space, and trims.
 * Two spellings with the same tidy text are the same value (promise 3).
 */
export const tidy = (text: string): string =>
  plain.test(text)
    ? text.replace(/ {2,}/g, " ").trim()
    : text
        .toWellFormed()
        .replace(invisible, "")
        .normalize("NFC")
        .replace(/[\s\u0085]+/gu, " ")
        .trim()

const lineBreak = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u

/**
 * Makes a text of many lines comparable, in which line breaks and indents carry meaning (paragraphs, lists in lists): each
 * line is tidied, blank lines between two paragraphs become one, and an indent becomes two spaces for each level, however
 * many the text has. Blank lines at the beginning and the end are dropped.
 */
export const tidyLines = (text: string): string => {
  const lines: Array<string> = []
  const indents: Array<number> = []
  let isApart = false
  for (const line of text.replace(invisible, "").split(lineBreak)) {
    const told = tidy(line)
    if (told === "") {
      isApart = lines.length > 0
      continue
    }
    const indent = line.length - line.trimStart().length
    while ((indents.at(-1) ?? -1) > indent) indents.pop()
    if ((indents.at(-1) ?? -1) < indent) indents.push(indent)
    if (isApart) lines.push("")
    isApart = false
    lines.push("  ".repeat(indents.length - 1) + told)
  }
  return lines.join("\n")
}

/** Whether a text has nothing to search for: it is empty, or only white space and invisible characters. */
export const isBlank = (text: string): boolean => fold(text) === ""

/** The key by which text is searched: tidy, NFKC and lower case. It is never shown, and never stored as a value. */
export const fold = (text: string): string =>
  plain.test(text) ? tidy(text.toLowerCase()) : tidy(text.normalize("NFKC").toLowerCase()).normalize("NFKC")

/** Whether every database can hold a text as it is: it has no NUL and no half of a surrogate pair, which UTF-8 lacks. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0")

/** The beginning of a text, where a message or an example names what may be endless. */
export const shortened = (text: string): string =>
  text.length > 200 ? `${text.slice(0, 200).toWellFormed()}…` : text
