/**
 * By which identifiers a trial is known, of any registry.
 *
 * @module
 */
import { type IdentifierKind, issuedNumber, normalized, type TrialIdentifier } from "./Identifier.js"
import type { SecondaryId } from "./SecondaryId.js"
import type { TrialContent } from "./Trial.js"

// Longer texts are no identifiers, and would not fit the index of PostgreSQL.
const longest = 100

const isFindable = ({ identifier }: TrialIdentifier): boolean =>
  identifier !== "" && identifier.length <= longest

/** What the identifiers of a trial are made from, beside its own id. */
export interface SaidIds extends Pick<TrialContent, "formerIds"> {
  readonly secondaryIds: ReadonlyArray<Pick<SecondaryId, "id" | "kind">>
}

/**
 * Every identifier of a trial, each once: where it has several kinds, its own id goes before a former one, and `other`
 * comes last. A registry gives a trial one number, so one of the same shape that is not its own names another trial, as of
 * an extension.
 */
export const identifiersOf = (
  id: string,
  { formerIds, secondaryIds }: SaidIds
): ReadonlyArray<TrialIdentifier> => {
  const found = new Map<string, TrialIdentifier>()
  const add = (kind: IdentifierKind, written: string) => {
    const each = { identifier: normalized(written), kind, written }
    if (isFindable(each) && !found.has(each.identifier)) found.set(each.identifier, each)
  }
  add("own", id)
  for (const each of formerIds) add("former", each)
  const shape = issuedNumber(id)?.kind
  const others = secondaryIds.flatMap(({ id: written, kind }) =>
    written === null || kind === null || kind === "grant" || kind === shape ? [] : [{ kind, written }]
  )
  for (const { kind, written } of others) if (kind !== "other") add(kind, written)
  for (const { kind, written } of others) if (kind === "other") add(kind, written)
  return [...found.values()]
}
