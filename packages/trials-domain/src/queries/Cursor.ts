import { Effect, Encoding, Either, Option, Schema } from "effect"
import { isStorable } from "../model/Text.js"

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

// Cursors of another version are refused.
const version = 2

/** A number in a position: a place in the feed, or the number of a version. */
export const place = Schema.Int.pipe(Schema.between(0, 2_147_483_647))

/** A text in a position. */
export const text = Schema.String.pipe(Schema.filter(isStorable))

type Position = ReadonlyArray<string | number>

/** The cursor after a row at `position` in the list that `list` describes (its filters and its sort order). */
export const encode = (list: string, position: Position): string => {
  const body = JSON.stringify(position)
  return Encoding.encodeBase64Url(checksum(`${version} ${list}${body}`) + body)
}

const parsed = Schema.decodeOption(Schema.parseJson())

/** The position in a cursor, if the cursor is unchanged, and belongs to the list that `list` describes and has its form. */
export const decode = <A extends Position>(
  list: string,
  cursor: string,
  isOfForm: (position: unknown) => position is A
): Effect.Effect<A, InvalidCursor> =>
  Effect.gen(function* () {
    const text = Either.getOrElse(Encoding.decodeBase64UrlString(cursor), () => "")
    const body = text.slice(8)
    const canonical = Encoding.encodeBase64Url(text) === cursor
    if (!canonical || text.slice(0, 8) !== checksum(`${version} ${list}${body}`))
      return yield* new InvalidCursor()
    const position = Option.getOrNull(parsed(body))
    return isOfForm(position) ? position : yield* new InvalidCursor()
  })
