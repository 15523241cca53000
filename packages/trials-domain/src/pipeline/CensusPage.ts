import { bucketOf } from "../model/AuditBucket.js"
import { shortDigest } from "../registries/ListedPart.js"
import type { Registry } from "../registries/Registry.js"
import type { ExtractedPage } from "./Extract.js"
import { flawOfId } from "./Mapping.js"
import type { RejectedRow, TransformedPage } from "./Transform.js"

/** What a registry's list says of one trial, as far as a run needs it. */
interface CensusRow {
  readonly id: string
  /** The digest of all that the list says of it. */
  readonly digest: string
  /** The part of the registry with which it is audited. */
  readonly bucket: number
}

/** One page of a census, and what was wrong with its rows. */
export interface CensusPage extends Omit<TransformedPage, "trials"> {
  /** One for each id; a second row that says the same is only counted. */
  readonly rows: ReadonlyArray<CensusRow>
}

/** Reads the rows of a page of a registry's list, whose digests are those of what the list carries. */
export const censusOf = (
  registry: Registry,
  { digests, records }: Pick<ExtractedPage, "digests" | "records">
): CensusPage => {
  const rows = new Map<string, CensusRow>()
  const rejected: Array<RejectedRow> = []
  const clashes = new Set<string>()
  let duplicates = 0
  for (const [row, record] of records.entries()) {
    const id = registry.idOf(record)
    const flaw = id === null ? "the listing has no readable id" : flawOfId(id)
    if (id === null || flaw !== null) {
      rejected.push({ id: null, key: null, reason: flaw ?? "the listing has no readable id", row })
      continue
    }
    const said = { id, digest: shortDigest(digests[row] ?? ""), bucket: bucketOf(id) }
    const earlier = rows.get(id)
    if (earlier === undefined) rows.set(id, said)
    else if (earlier.digest === said.digest) duplicates += 1
    else clashes.add(id)
  }
  return { rows: [...rows.values()], rejected, findings: [], columns: [], duplicates, clashes: [...clashes] }
}
