import { Schema } from "effect"

/**
 * A run that could not prove that it saw the whole registry. `failed` means that the upstream failed or would not
 * stand still, so that trying later may help; `quarantined` means that somebody should look first.
 */
export class NotProven extends Schema.TaggedError<NotProven>("trials-domain/NotProven")("NotProven", {
  verdict: Schema.Literal("failed", "quarantined"),
  code: Schema.String,
  message: Schema.String,
  examples: Schema.Array(Schema.String)
}) {}
