import { Array, Predicate } from "effect"
import { type CtgovPiece, detailPieces, paths } from "./CtgovRecord.js"

/** What is kept of an object, by key; null: all of the value. */
type Kept = ReadonlyMap<string, Kept | null>

const keptOf = (wanted: ReadonlyArray<ReadonlyArray<string>>): Kept | null =>
  wanted.some((path) => path.length === 0)
    ? null
    : new Map(
        Object.entries(Array.groupBy(wanted, ([key = ""]) => key)).map(([key, within]) => [
          key,
          keptOf(within.map((path) => path.slice(1)))
        ])
      )

/** What is kept of a value; undefined if nothing is. Each member of a list keeps its place, if only as `{}`. */
const cut = (value: unknown, kept: Kept | null): unknown => {
  if (kept === null) return value
  if (typeof value !== "object" || value === null) return undefined
  if (Array.isArray(value)) return value.map((each) => cut(each, kept) ?? {})
  const found: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    const within = kept.get(key)
    const left = within === undefined ? undefined : cut(member, within)
    if (left !== undefined) found[key] = left
  }
  return Object.keys(found).length === 0 ? undefined : found
}

/**
 * Cuts a study down to some pieces, as the registry does where its parameter `fields` names them: a record that was saved
 * whole then equals the one that is asked for. What is no object stays as it is.
 */
export const cutTo = (pieces: ReadonlyArray<CtgovPiece>): ((study: unknown) => unknown) => {
  const kept = keptOf(pieces.map((piece) => paths[piece].split(".")))
  return (study) => (Predicate.isRecord(study) ? (cut(study, kept) ?? {}) : study)
}

/** Cuts a study down to what is asked of every study. */
export const requested: (study: unknown) => unknown = cutTo(detailPieces)
