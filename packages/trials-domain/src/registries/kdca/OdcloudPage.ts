import { Effect, Option, Schema } from "effect"
import type { Page, UpstreamError } from "../RegistryClient.js"
import { upstreamError } from "./OdcloudFault.js"

/** The envelope around the rows (sources of the portal: `currentCount, data, matchCount, page, perPage, totalCount`). */
const Envelope = Schema.parseJson(
  Schema.Struct({
    currentCount: Schema.NonNegativeInt,
    totalCount: Schema.NonNegativeInt,
    data: Schema.Array(Schema.Unknown),
    code: Schema.optional(Schema.Unknown)
  })
)
export type Envelope = typeof Envelope.Type

/** A body as an envelope, if it is one; a body with the code of a failure is not. */
export const decode = (body: string): Option.Option<Envelope> =>
  Option.filter(
    Schema.decodeUnknownOption(Envelope)(body),
    ({ code }) => typeof code !== "number" || code >= 0
  )

/** What is wrong with an envelope, whatever was asked for; null if nothing is. */
export const flawOf = ({ currentCount, data }: Envelope): string | null =>
  currentCount === data.length ? null : `says ${currentCount} rows and holds ${data.length}`

/** The page in an envelope: page `number` of `size` rows each. */
export const toPage = (
  envelope: Envelope,
  number: number,
  size: number
): Effect.Effect<Page, UpstreamError> => {
  const { data, totalCount } = envelope
  const flaw = flawOf(envelope) ?? (data.length > size ? `holds ${data.length} rows` : null)
  if (flaw !== null) {
    return upstreamError("malformed", {
      detail: `Page ${number} of the registry ${flaw}; ${size} were asked for.`
    })
  }
  // An empty page cannot lead to the rest.
  const more = number * size < totalCount && data.length > 0
  return Effect.succeed({ records: data, total: totalCount, next: more ? String(number + 1) : null })
}
