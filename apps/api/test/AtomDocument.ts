import { type SaxesAttributeNS, SaxesParser } from "saxes"

/** An element of a document. */
interface Element {
  readonly name: string
  readonly uri: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: Array<Element>
  /** The text that stands directly in it. */
  text: string
}

/** An entry, as a reader of feeds sees it. */
interface AtomEntry {
  readonly id: string
  readonly title: string
  readonly updated: string
  readonly summary: string
  readonly author: string
  readonly category: string | undefined
  /** Where its alternate is, as a whole address. */
  readonly href: string
}

/** A feed, as a reader of feeds sees it. */
export interface AtomDocument {
  readonly id: string
  readonly updated: string
  readonly self: string
  readonly href: string
  readonly entries: ReadonlyArray<AtomEntry>
}

const atom = "http://www.w3.org/2005/Atom"

/** How often a child may be in its parent (RFC 4287, 4.1.1, 4.1.2 and 3.2): at least, and at most. */
type Counts = Readonly<Record<string, readonly [least: number, most: number]>>

const many = Number.POSITIVE_INFINITY

const children: Readonly<Record<string, Counts>> = {
  feed: {
    author: [0, many],
    category: [0, many],
    contributor: [0, many],
    entry: [0, many],
    generator: [0, 1],
    icon: [0, 1],
    id: [1, 1],
    link: [0, many],
    logo: [0, 1],
    rights: [0, 1],
    subtitle: [0, 1],
    title: [1, 1],
    updated: [1, 1]
  },
  entry: {
    author: [0, many],
    category: [0, many],
    content: [0, 1],
    contributor: [0, many],
    id: [1, 1],
    link: [0, many],
    published: [0, 1],
    rights: [0, 1],
    summary: [0, 1],
    title: [1, 1],
    updated: [1, 1]
  },
  author: { name: [1, 1], uri: [0, 1], email: [0, 1] }
}

const attributes: Readonly<Record<string, ReadonlyArray<string>>> = {
  feed: ["xmlns"],
  link: ["href", "rel", "type", "hreflang", "title", "length"],
  category: ["term", "scheme", "label"],
  title: ["type"],
  subtitle: ["type"],
  summary: ["type"],
  rights: ["type"]
}

const iri = /^[a-z][a-z0-9+.-]*:(?:%[\da-f]{2}|[^\s%<>"{}|\\^`])+$/i
const instant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/
const mediaType = /^[\w.+-]+\/[\w.+-]+$/
const language = /^[a-z]{2,3}(?:-[\w-]+)?$/i

/** Parses a document strictly: what is not well-formed, or has a prefix without a namespace, throws. */
const parsed = (text: string): Element => {
  const root: Element = { name: "", uri: "", attributes: {}, children: [], text: "" }
  const open = [root]
  const parser = new SaxesParser({ xmlns: true })
  const add = (more: string) => {
    const last = open.at(-1)
    if (last !== undefined) last.text += more
  }
  parser.on("error", (error) => {
    throw error
  })
  parser.on("opentag", ({ attributes, local, uri }) => {
    const given = Object.entries<SaxesAttributeNS>(attributes).map(([name, { value }]) => [name, value])
    const element = { name: local, uri, attributes: Object.fromEntries(given), children: [], text: "" }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on("text", add)
  parser.on("cdata", add)
  parser.on("closetag", () => void open.pop())
  parser.write(text).close()
  const [top] = root.children
  if (top === undefined) throw new Error("There is no element.")
  return top
}

const all = ({ children }: Element, name: string): ReadonlyArray<Element> =>
  children.filter((child) => child.name === name)

const textOf = (element: Element, name: string): string => all(element, name)[0]?.text ?? ""

const linksOf = (element: Element, rel: string) =>
  all(element, "link").filter(({ attributes }) => (attributes["rel"] ?? "alternate") === rel)

/**
 * Reads a feed at an address as a strict reader does: throws at the first breach of a MUST of RFC 4287, or of what is in none of
 * its elements.
 */
export const readAtom = (text: string, address: string): AtomDocument => {
  const must = (is: boolean, what: string, { name }: Element): void => {
    if (!is) throw new Error(`<${name}>: ${what}`)
  }
  const isAddress = (href: string) => URL.canParse(href, address) && !/[\s<>"{}|\\^`]/.test(href)

  const check = (element: Element): void => {
    const { attributes: given, name, text, uri } = element
    must(uri === atom, `is of the namespace ${uri}`, element)
    const counts = children[name] ?? {}
    for (const child of element.children) must(child.name in counts, `has a <${child.name}>`, element)
    for (const [child, [least, most]] of Object.entries(counts)) {
      const { length } = all(element, child)
      must(length >= least && length <= most, `has ${length} <${child}>`, element)
    }
    for (const attribute of Object.keys(given)) {
      const known = [...(attributes[name] ?? []), "xml:lang", "xml:base"]
      must(known.includes(attribute), `has an attribute ${attribute}`, element)
    }
    if (name in children) must(text.trim() === "", "has a text of its own", element)
    switch (name) {
      case "id":
        must(iri.test(text), `is no IRI: ${text}`, element)
        break
      case "updated":
      case "published":
        must(instant.test(text) && !Number.isNaN(Date.parse(text)), `is no instant: ${text}`, element)
        break
      case "title":
      case "subtitle":
      case "summary":
        must(["text", "html"].includes(given["type"] ?? "text"), `is of the type ${given["type"]}`, element)
        break
      case "name":
        must(text.trim() !== "", "is empty", element)
        break
      case "category":
        must((given["term"] ?? "") !== "", "has no term", element)
        break
      case "link":
        must(isAddress(given["href"] ?? " "), `has no address: ${given["href"]}`, element)
        must(mediaType.test(given["type"] ?? "a/b"), `has a type ${given["type"]}`, element)
        must(text === "" && element.children.length === 0, "has a content", element)
    }
    const alternates = linksOf(element, "alternate").map(
      ({ attributes: { hreflang, type } }) => `${type} ${hreflang}`
    )
    must(new Set(alternates).size === alternates.length, "has two alternates of one type", element)
    for (const child of element.children) check(child)
  }

  if (!text.startsWith('<?xml version="1.0" encoding="utf-8"?>\n'))
    throw new Error("There is no declaration.")
  const feed = parsed(text)
  must(feed.name === "feed", "is no feed", feed)
  check(feed)
  must(language.test(feed.attributes["xml:lang"] ?? ""), "has no language", feed)
  const [self, ...others] = linksOf(feed, "self")
  must(self !== undefined && others.length === 0, "does not say where it is", feed)
  const entries = all(feed, "entry")
  const ids = entries.map((entry) => textOf(entry, "id"))
  must(new Set(ids).size === ids.length, "has an entry twice", feed)
  const hasAuthor = (element: Element) => all(element, "author").length > 0
  must(hasAuthor(feed) || entries.every(hasAuthor), "has an entry without an author", feed)
  const whole = (element: Element, rel: string) =>
    new URL(linksOf(element, rel)[0]?.attributes["href"] ?? "", address).href
  return {
    id: textOf(feed, "id"),
    updated: textOf(feed, "updated"),
    self: whole(feed, "self"),
    href: whole(feed, "alternate"),
    entries: entries.map((entry) => {
      must(all(entry, "content").length > 0 || linksOf(entry, "alternate").length > 0, "leads nowhere", entry)
      const [author] = all(entry, "author")
      return {
        id: textOf(entry, "id"),
        title: textOf(entry, "title"),
        updated: textOf(entry, "updated"),
        summary: textOf(entry, "summary"),
        author: author === undefined ? "" : textOf(author, "name"),
        category: all(entry, "category")[0]?.attributes["term"],
        href: whole(entry, "alternate")
      }
    })
  }
}
