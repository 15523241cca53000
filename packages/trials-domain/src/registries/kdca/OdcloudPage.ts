import { Effect, Option, Schema } from "effect"
import { shortened } from "../../model/Text.js"
import type { Page } from "../RegistryClient.js"
import { ofRecords, type RepeatedName, repeatedNames } from "../RepeatedKeys.js"
import type { UpstreamError } from "../UpstreamError.js"
import { upstreamError } from "./OdcloudFault.js"

/** The envelope around the rows (sources of the portal: `currentCount, data, matchCount, page, perPage, totalCount`). */
const Envelope = Schema.parseJson(
  Schema.Struct({
    currentCount: Schema.NonNegativeInt,
    // The number of rows that a database can count.
    totalCount: Schema.Int.pipe(Schema.between(0, 2_147_483_647)),
    data: Schema.Array(Schema.Unknown),
    code: Schema.optional(Schema.Unknown)
  })
)

/** A decoded envelope. */
export interface Envelope extends Schema.Schema.Type<typeof Envelope> {
  /** The keys that occur twice, within the rows or around them. */
  readonly repeated: ReadonlyArray<RepeatedName>
}

/** A body as an envelope, if it is one; a body with the code of a failure is not. */
export const decode = (body: string): Option.Option<Envelope> =>
  Schema.decodeUnknownOption(Envelope)(body).pipe(
    Option.filter(({ code }) => typeof code !== "number" || code >= 0),
    Option.map((envelope) => ({ ...envelope, repeated: repeatedNames(body) }))
  )

/**
 * What is wrong with an envelope, whatever was asked for; null if nothing is. Of an envelope without its rows, their number
 * must be given.
 */
export const flawOf = (
  { currentCount, data, repeated }: Envelope,
  rows: number = data.length
): string | null => {
  const twice = repeated.find(({ path }) => path.length === 0)
  if (twice !== undefined) return `says ${shortened(twice.key)} twice`
  return currentCount === rows ? null : `says ${currentCount} rows and holds ${rows}`
}

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
  return Effect.succeed({
    records: data,
    total: totalCount,
    next: more ? String(number + 1) : null,
    repeatedKeys: ofRecords(envelope.repeated, ["data"])
  })
}
