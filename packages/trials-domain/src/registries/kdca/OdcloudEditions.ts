import { Option, Schema } from "effect"
import type { Revision } from "../../model/Revision.js"

/** Swagger 2.0: every edition is a path ending in its uddi, with a summary that ends in its date. */
const Document = Schema.parseJson(
  Schema.Struct({ paths: Schema.Record({ key: Schema.String, value: Schema.Unknown }) })
)
const Operations = Schema.Struct({ get: Schema.Struct({ summary: Schema.String }) })

/** The day that eight digits name, as YYYY-MM-DD; null where the calendar has no such day. */
export const dateOf = (digits: string): string | null => {
  const found = /^(\d{4})(\d{2})(\d{2})$/.exec(digits)
  const day = found === null ? "" : `${found[1]}-${found[2]}-${found[3]}`
  const millis = Date.parse(day)
  return Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 10) !== day ? null : day
}

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
 * The editions in a document by their dates, oldest first whatever its order, undated ones before all others;
 * null where it is no such document or lists none.
 */
export const editionsOf = (body: string): ReadonlyArray<Revision> | null => {
  const document = Option.getOrNull(Schema.decodeUnknownOption(Document)(body))
  const editions = Object.entries(document?.paths ?? {}).flatMap(([path, operations]) =>
    Option.toArray(revisionOf(path, operations))
  )
  return editions.length === 0 ? null : editions.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}
