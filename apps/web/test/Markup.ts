const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" }

/** A text of a document, without its escapes. */
const unescaped = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|quot|#39);/g, (whole, name: string) => entities[name] ?? whole)

/** An element's start: its name and its attributes. */
export interface Tag {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
}

/** The starts of all elements of a document, in their order. */
export const tagsOf = (html: string): ReadonlyArray<Tag> =>
  [...html.matchAll(/<([a-z][a-z0-9]*)((?:\s[^<>"]*(?:"[^"]*")?)*?)\s*\/?>/gi)].map(
    ([, name = "", rest = ""]) => ({
      name,
      attributes: Object.fromEntries(
        [...rest.matchAll(/([a-z:-]+)(?:="([^"]*)")?/gi)].map(([, key = "", value = ""]) => [
          key,
          unescaped(value)
        ])
      )
    })
  )

/** The elements of a name. */
export const named = (html: string, name: string): ReadonlyArray<Tag["attributes"]> =>
  tagsOf(html)
    .filter((tag) => tag.name === name)
    .map(({ attributes }) => attributes)

/** What a document says, without its markup. */
export const textOf = (html: string): string =>
  unescaped(html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " "))
