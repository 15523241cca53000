import { Effect, type ParseResult, Schema } from "effect"
import { ArrayFormatter } from "effect/ParseResult"

/** A question that cannot be asked as it is. The message names each part that is wrong. */
export class InvalidRequest extends Schema.TaggedError<InvalidRequest>("trials-domain/InvalidRequest")(
  "InvalidRequest",
  {
    /** What is wrong, by the path of each part, as in `limit` or `filter.updatedSince`. */
    issues: Schema.Array(Schema.Struct({ path: Schema.String, detail: Schema.String }))
  }
) {
  override get message(): string {
    return this.issues
      .map(({ detail, path }) => `${path === "" ? "The request" : path}: ${detail}`)
      .join("; ")
  }
}

const invalid = (error: ParseResult.ParseError): InvalidRequest =>
  new InvalidRequest({
    issues: ArrayFormatter.formatErrorSync(error)
      // That a part may also be left out explains nothing.
      .filter(({ message }) => !message.startsWith("Expected undefined"))
      .map(({ message, path }) => ({ path: path.map(String).join("."), detail: message }))
  })

/** Checks a request and fills in its defaults; a part that nobody declared is refused. */
export const decoded = <A, I>(schema: Schema.Schema<A, I>, request: I): Effect.Effect<A, InvalidRequest> =>
  Effect.mapError(
    Schema.decodeUnknown(schema, { errors: "all", onExcessProperty: "error" })(request),
    invalid
  )
