import { Effect, Encoding, Either, Schema } from "effect"

/** A cursor that was changed, or that belongs to another list. */
export class InvalidCursor extends Schema.TaggedError<InvalidCursor>("trials-domain/InvalidCursor")(
  "InvalidCursor",
  {}
) {
  override get message(): string {
    return "This cursor does not belong to this list: take nextCursor from a page with the same filters and sort."
  }
}

// FNV-1a, 32 bits: a checksum against mistakes. The data is public, so a forged cursor does no harm.
const checksum = (text: string): string => {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0
  return hash.toString(16).padStart(8, "0")
}

const Position = Schema.parseJson(Schema.Array(Schema.Union(Schema.String, Schema.Number)))
type Position = typeof Position.Type

/** The cursor after a row at `position` in the list that `list` describes (its filters and its sort order). */
export const encode = (list: string, position: Position): string => {
  const body = JSON.stringify(position)
  return Encoding.encodeBase64Url(checksum(list + body) + body)
}

/** The position in a cursor, if the cursor is unchanged and belongs to the list that `list` describes. */
export const decode = (list: string, cursor: string): Effect.Effect<Position, InvalidCursor> =>
  Effect.gen(function* () {
    const text = Either.getOrElse(Encoding.decodeBase64UrlString(cursor), () => "")
    const body = text.slice(8)
    const canonical = Encoding.encodeBase64Url(text) === cursor
    if (!canonical || text.slice(0, 8) !== checksum(list + body)) return yield* new InvalidCursor()
    return yield* Effect.mapError(Schema.decode(Position)(body), () => new InvalidCursor())
  })
