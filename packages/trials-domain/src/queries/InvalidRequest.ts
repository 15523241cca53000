import { Schema } from "effect"

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
