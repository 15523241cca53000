import { Array, Predicate } from "effect"
import { deepest } from "../../model/Json.js"
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

/**
 * What is kept of a value; undefined if nothing is. Each member of a list keeps its place, if only as `{}`. What is kept whole
 * is not copied: nearly all that the registry answers is. `left` levels are looked at; a record that has more is rejected.
 */
const cut = (value: unknown, kept: Kept | null, left: number): unknown => {
  if (kept === null) return value
  if (typeof value !== "object" || value === null) return undefined
  if (left === 0) return value
  return Array.isArray(value) ? cutList(value, kept, left - 1) : cutObject(value, kept, left - 1)
}

const cutList = (list: ReadonlyArray<unknown>, kept: Kept, left: number): unknown => {
  const members = list.map((each) => cut(each, kept, left) ?? {})
  return members.every((member, n) => member === list[n]) ? list : members
}

const cutObject = (value: object, kept: Kept, left: number): unknown => {
  const members = value as Readonly<Record<string, unknown>> // an object's values may be anything
  const found: Record<string, unknown> = {}
  let isWhole = true
  let isEmpty = true
  for (const key in members) {
    const member = members[key]
    const within = kept.get(key)
    const each = within === undefined ? undefined : cut(member, within, left)
    if (each !== member) isWhole = false
    if (each === undefined) continue
    isEmpty = false
    found[key] = each
  }
  if (isEmpty) return undefined
  return isWhole ? value : found
}

/**
 * Cuts a study down to some pieces, as the registry does where its parameter `fields` names them: a record that was saved
 * whole then equals the one that is asked for. What is no object stays as it is.
 */
export const cutTo = (pieces: ReadonlyArray<CtgovPiece>): ((study: unknown) => unknown) => {
  const kept = keptOf(pieces.map((piece) => paths[piece].split(".")))
  return (study) => (Predicate.isRecord(study) ? (cut(study, kept, deepest) ?? {}) : study)
}

/** Cuts a study down to what is asked of every study. */
export const requested: (study: unknown) => unknown = cutTo(detailPieces)
