/**
 * Identifiers of trials by their shape. No registry's label decides: a number of CTIS often stands under EudraCT, and the
 * issuer is free text.
 *
 * @module
 */
import type { SecondaryId, SecondaryIdKind } from "../model/SecondaryId.js"
import { tidy } from "../model/Text.js"

interface Form {
  readonly kind: SecondaryIdKind
  readonly shape: RegExp
  /** The identifier as its issuer writes it. Default: in capitals. */
  readonly written?: (id: string) => string
}

// In this order: a number of CTIS also looks like one of EudraCT to those who do not look at its sixth digit.
const forms: ReadonlyArray<Form> = [
  { kind: "nct", shape: /^NCT(?!0{8})\d{8}$/i },
  { kind: "ctis", shape: /^20\d\d-5\d{5}-\d\d(?:-\d\d)?$/ },
  { kind: "eudract", shape: /^20\d\d-0\d{5}-\d\d$/ },
  { kind: "isrctn", shape: /^ISRCTN(?!0{8})\d{8}$/i },
  { kind: "kct", shape: /^KCT\d{7}$/i },
  { kind: "utn", shape: /^U1111-(?!0{4}-0{4})\d{4}-\d{4}$/i },
  {
    kind: "jrct",
    shape: /^jRCT[a-z]?\d{9,10}$/i,
    written: (id) => `jRCT${id.slice(4).toLowerCase()}`
  },
  { kind: "umin", shape: /^UMIN\d{9}$/i },
  { kind: "drks", shape: /^DRKS\d{8}$/i },
  { kind: "actrn", shape: /^ACTRN\d{14}$/i }
]

// What people write before the number. WHO writes JPRN- before the numbers of all Japanese registries.
const label =
  /^(?:JPRN-|(?:EudraCT|EU ?CT|CTIS|(?:WHO )?UTN|Universal Trial Number|NCT|ISRCTN|CRIS|UMIN(?:-CTR)?|DRKS|ANZCTR|jRCT)(?: (?:number|no\.?|nr\.?|id))? ?[:#]? )/i

const hyphens = /[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]/g

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
  const plain = tidy(raw.replace(hyphens, "-"))
  // The label of `ISRCTN 12345678` is a part of the number.
  for (const text of [plain, plain.replace(label, "")].map((each) => each.replaceAll(" ", ""))) {
    const form = forms.find(({ shape }) => shape.test(text))
    if (form !== undefined) {
      return { id: form.written?.(text) ?? text.toUpperCase(), kind: form.kind, issuer, raw }
    }
  }
  return { id: raw, kind: "other", issuer, raw }
}
