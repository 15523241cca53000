import { censusPieces, detailPieces } from "../registries/ctgov/CtgovRecord.js"
import { type CtgovCalendar, isListed } from "./CtgovCalendar.js"
import { type CtgovStudies, idOf } from "./CtgovStudies.js"

/** A study that was edited between two days. */
interface CtgovEdit {
  readonly id: string
  /** Whether the registry did not move its own date of the last update. */
  readonly silent: boolean
  /** Whether its entry in the list shows the edit. */
  readonly listed: boolean
}

/** What a perfect run finds on a day, if the one before it was on an earlier day. Ids are in their own order. */
export interface CtgovExpectation {
  readonly created: ReadonlyArray<string>
  /** Every edit but those of a new ingest. */
  readonly edited: ReadonlyArray<CtgovEdit>
  /** Whether the summary and the criteria of every study were written anew, silently and unseen in the list. */
  readonly reingested: boolean
  /** The studies that are no longer in the list, for whatever reason. */
  readonly missing: ReadonlyArray<string>
  /** Of those, the ones that are now an alias of another study. */
  readonly merged: ReadonlyArray<{ readonly id: string; readonly into: string }>
  /** The studies that were not in the list on the first day, and are again. */
  readonly returned: ReadonlyArray<string>
  /** Of the edits, those whose status turned UNKNOWN by itself. */
  readonly flipped: ReadonlyArray<string>
  /** The studies that are in the list on the second day, and that no request by their ids finds. */
  readonly unserved: ReadonlyArray<string>
}

/** Compares two days of a calendar; it looks only at the studies to which something happened. */
export const expectation = (
  calendar: CtgovCalendar,
  { writer }: CtgovStudies,
  from: number,
  to: number
): CtgovExpectation => {
  const found = {
    created: [] as Array<string>, // none of any kind yet
    edited: [] as Array<CtgovEdit>,
    missing: [] as Array<string>,
    merged: [] as Array<{ readonly id: string; readonly into: string }>,
    returned: [] as Array<string>,
    flipped: [] as Array<string>,
    unserved: [] as Array<string>
  }
  const [listing, whole, updated, status] = [
    writer(censusPieces),
    writer(detailPieces),
    writer(["LastUpdatePostDate"]),
    writer(["OverallStatus"])
  ]
  for (const study of [...calendar.touched(from, to)].sort((a, b) => a - b)) {
    const id = idOf(study)
    const [before, now] = [calendar.state(study, from), calendar.state(study, to)]
    const into = now?.mergedInto ?? null
    if (isListed(now) && now.unserved) found.unserved.push(id)
    if (isListed(now) && !isListed(before)) (before === null ? found.created : found.returned).push(id)
    if (!isListed(before)) continue
    if (!isListed(now)) {
      found.missing.push(id)
      if (into !== null) found.merged.push({ id, into: idOf(into) })
      continue
    }
    // On one and the same day, and without the new ingest, which every study has.
    const differs = (write: ReturnType<typeof writer>) =>
      write(study, { ...before, reingested: false }, to) !== write(study, { ...now, reingested: false }, to)
    if (!differs(whole)) continue
    found.edited.push({ id, silent: !differs(updated), listed: differs(listing) })
    if (differs(status) && status(study, now, to).includes("UNKNOWN")) found.flipped.push(id)
  }
  const first = (day: number) => calendar.state(0, day)?.reingested
  return { ...found, reingested: first(from) !== first(to) }
}
