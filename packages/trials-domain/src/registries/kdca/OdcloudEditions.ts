import { Option, Schema } from "effect"
import type { Revision } from "../../model/Revision.js"
import { dateOf } from "../EditionDate.js"

/** Swagger 2.0: every edition is a path ending in its uddi, with a summary that ends in its date. */
const Document = Schema.parseJson(
  Schema.Struct({ paths: Schema.Record({ key: Schema.String, value: Schema.Unknown }) })
)
const Operations = Schema.Struct({ get: Schema.Struct({ summary: Schema.String }) })

const revisionOf = (path: string, operations: unknown): Option.Option<Revision> => {
  const id = /uddi:[\w-]+$/i.exec(path)?.[0]
  if (id === undefined) return Option.none()
  const title = Option.match(Schema.decodeUnknownOption(Operations)(operations), {
    onNone: () => null,
    onSome: ({ get }) => get.summary
  })
  const digits = title === null ? undefined : /_(\d{8})\s*$/.exec(title)?.[1]
  return Option.some({ id, title, date: digits === undefined ? null : dateOf(digits) })
}

const key = ({ date, id }: Revision): string => `${date ?? ""} ${id}`

/**
 * The editions in a document by date, oldest first whatever the document's order, with undated ones before all others;
 * null if it is not such a document or lists none.
 */
export const editionsOf = (body: string): ReadonlyArray<Revision> | null => {
  const document = Option.getOrNull(Schema.decodeUnknownOption(Document)(body))
  const editions = Object.entries(document?.paths ?? {}).flatMap(([path, operations]) =>
    Option.toArray(revisionOf(path, operations))
  )
  return editions.length === 0 ? null : editions.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
