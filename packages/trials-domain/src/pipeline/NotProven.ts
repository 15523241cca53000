import { Schema } from "effect"

/**
 * A run could not prove that it saw the whole registry. `failed` means that the upstream failed or kept changing, so a
 * later run may help. `quarantined` means that a person should look first.
 */
export class NotProven extends Schema.TaggedError<NotProven>("trials-domain/NotProven")("NotProven", {
  verdict: Schema.Literal("failed", "quarantined"),
  code: Schema.String,
  message: Schema.String,
  examples: Schema.Array(Schema.String)
}) {}
