/**
 * What registries say of the other identifiers of their trials. Whose one is, its shape tells: the issuer is free text.
 *
 * @module
 */
import { issuedNumber } from "../model/Identifier.js"
import type { SecondaryId } from "../model/SecondaryId.js"

const nothing =
  /^(?:n\.? ?\/? ?a\.?|not (?:yet )?(?:applicable|available|assigned|provided|known|registered)|none|nil|null|unknown|pending|tb[ad]|to be (?:determined|announced|assigned|confirmed)|[^\p{L}\p{N}]*)\.?$/iu

/** What a registry says of another identifier. */
export interface SaidId {
  readonly id: string
  /** The registry's label: who issued it, or else of which type it is. */
  readonly issuer: string | null
  /** Whether the registry says that it is of money, and not of a trial. */
  readonly isGrant: boolean
}

/** Whether a text says that there is no identifier, as `N/A` does. */
export const isNoId = (text: string): boolean => nothing.test(text)

/** An identifier with its kind. The text must be tidy and not empty. */
export const secondaryId = ({ id: raw, isGrant, issuer }: SaidId): SecondaryId => {
  if (isNoId(raw)) return { id: null, kind: null, issuer, raw }
  if (isGrant) return { id: raw, kind: "grant", issuer, raw }
  const number = issuedNumber(raw)
  return { id: number?.written ?? raw, kind: number?.kind ?? "other", issuer, raw }
}
