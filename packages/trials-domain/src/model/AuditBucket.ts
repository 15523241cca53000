/**
 * In how many parts a registry is audited: each run reads one of them whole, so that every trial is read whole once in so
 * many runs, whatever its list shows.
 *
 * @module
 */

/** How many parts there are. */
export const buckets = 28

/** The part to which a trial belongs, from 0, by its id alone (FNV-1a, 32 bits). */
export const bucketOf = (id: string): number => {
  let hash = 0x811c9dc5
  for (let n = 0; n < id.length; n += 1) hash = Math.imul(hash ^ id.charCodeAt(n), 0x01000193)
  // The low bits of such a hash follow those of the last character.
  return ((hash ^ (hash >>> 15)) >>> 0) % buckets
}

/** The part whose last audit is oldest; `audits` are the parts of past audits (null: of all), newest first. */
export const dueBucket = (audits: ReadonlyArray<number | null>): number => {
  const seen = new Set<number>()
  const newestFirst: Array<number> = []
  for (const bucket of audits) {
    if (bucket === null) break
    if (!seen.has(bucket)) newestFirst.push(bucket)
    seen.add(bucket)
  }
  const never = Array.from({ length: buckets }, (_, n) => n).find((n) => !seen.has(n))
  return never ?? newestFirst.at(-1) ?? 0
}
