import { Option, Schema } from "effect"
import type { Revision } from "../../RegistryClient.js"

/** Swagger 2.0: every edition is a path ending in its uddi, with a summary that ends in its date. */
const Document = Schema.parseJson(
  Schema.Struct({
    paths: Schema.Record({
      key: Schema.String,
      value: Schema.Struct({
        get: Schema.optional(Schema.Struct({ summary: Schema.optional(Schema.String) }))
      })
    })
  })
)

const dateOf = (summary: string): string | null => {
  const found = /_(\d{4})(\d{2})(\d{2})\s*$/.exec(summary)
  const date = found === null ? "" : `${found[1]}-${found[2]}-${found[3]}`
  return Number.isNaN(Date.parse(date)) ? null : date
}

/** The editions in a document, oldest first whatever its order; null where it is no such document. */
export const editionsOf = (body: string): ReadonlyArray<Revision> | null => {
  const document = Option.getOrNull(Schema.decodeUnknownOption(Document)(body))
  if (document === null) return null
  const editions = Object.entries(document.paths).flatMap(([path, { get }]): Array<Revision> => {
    const id = /uddi:[0-9a-f-]+[^/]*$/i.exec(path)?.[0]
    const title = get?.summary ?? null
    return id === undefined ? [] : [{ id, title, date: title === null ? null : dateOf(title) }]
  })
  const key = ({ date, id }: Revision) => `${date ?? ""} ${id}`
  return editions.length === 0 ? null : editions.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
