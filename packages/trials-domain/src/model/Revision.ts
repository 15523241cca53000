import { Schema } from "effect"

/** The upstream edition that a run reads. */
export const Revision = Schema.Struct({
  id: Schema.String.annotations({ description: "`uddi:…`, a data timestamp, or `file:` and a sha256." }),
  date: Schema.NullOr(Schema.String).annotations({ description: "The edition's own date, YYYY-MM-DD." }),
  title: Schema.NullOr(Schema.String)
}).annotations({ identifier: "Revision" })
export type Revision = typeof Revision.Type
