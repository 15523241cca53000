const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;"
}

// What XML 1.0 has no way to say: most control characters, and two that are no characters.
// oxlint-disable-next-line no-control-regex -- these are what is looked for
const unsayable = /[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g

/** A text as it stands in XML 1.0, between tags or quotes. What XML cannot say is U+FFFD. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll(unsayable, "\ufffd")
    .replaceAll(/[&<>"']/g, (character) => escapes[character] ?? "")

/** An element: its attributes, and what is in it as XML; without content it is empty. Undefined attributes are left out. */
export const element = (
  name: string,
  attributes: Readonly<Record<string, string | undefined>>,
  content?: string
): string => {
  const given = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(value)}"`]
  )
  const start = `<${name}${given.join("")}`
  return content === undefined ? `${start}/>` : `${start}>${content}</${name}>`
}

/** An element that holds a text. */
export const textElement = (name: string, text: string): string => element(name, {}, escaped(text))
