/**
 * The identifiers by which a trial is known, each in the one form by which it is found: people and registries write
 * `NCT01234567`, `nct 0123-4567` and `NCT: NCT01234567` for the same number.
 *
 * @module
 */
import { Schema } from "effect"
import { SecondaryIdKind } from "./SecondaryId.js"

/**
 * How a trial is known by an identifier: it is the registry's own id, one that it once gave the trial, or an id elsewhere,
 * by its shape. Grants are no identifiers of a trial.
 */
export const IdentifierKind = Schema.Literal(
  "own",
  "former",
  // The literals of a union keep their order.
  ...SecondaryIdKind.literals.filter((kind) => kind !== "grant")
).annotations({
  identifier: "IdentifierKind",
  description:
    "`own`: the registry's id of the trial. `former`: one that the registry once gave it, as of a record that was " +
    "merged into it. Any other: its id elsewhere, by its shape; `other` has the shape of none that is known."
})
export type IdentifierKind = typeof IdentifierKind.Type

/** An identifier of one trial. */
export interface TrialIdentifier {
  /** The form by which it is found, as `normalized` gives it. */
  readonly identifier: string
  readonly kind: IdentifierKind
  /** As its issuer writes it. */
  readonly written: string
}

/** A number whose shape tells who issued it. */
export interface IssuedNumber {
  readonly kind: Exclude<SecondaryIdKind, "grant" | "other">
  /** As its issuer writes it. */
  readonly written: string
}

interface Form {
  readonly kind: IssuedNumber["kind"]
  /** In capitals and digits alone: its groups are what the issuer joins by hyphens. */
  readonly shape: string
  /** Default: in capitals. */
  readonly written?: (number: string) => string
}

// No registry's label decides: a number of CTIS often stands under EudraCT.
const forms: ReadonlyArray<Form> = [
  { kind: "nct", shape: String.raw`(NCT(?!0{8})\d{8})` },
  // The fourth group is the number of a submission.
  { kind: "ctis", shape: String.raw`(20\d\d)(5\d{5})(\d\d)(\d\d)?` },
  { kind: "eudract", shape: String.raw`(20\d\d)(0\d{5})(\d\d)` },
  { kind: "isrctn", shape: String.raw`(ISRCTN(?!0{8})\d{8})` },
  { kind: "kct", shape: String.raw`(KCT\d{7})` },
  { kind: "utn", shape: String.raw`(U1111)(?!0{8})(\d{4})(\d{4})` },
  {
    kind: "jrct",
    shape: String.raw`(JRCT[A-Z]?\d{9,10})`,
    written: (number) => `jRCT${number.slice(4).toLowerCase()}`
  },
  { kind: "umin", shape: String.raw`(UMIN\d{9})` },
  { kind: "drks", shape: String.raw`(DRKS\d{8})` },
  { kind: "actrn", shape: String.raw`(ACTRN\d{14})` }
]

// What people write before a number, in capitals alone.
const issuer =
  "(?:EUDRACT|EUCTR?|CTIS|(?:WHO)?UTN|UNIVERSALTRIALNUMBER|NCT|ISRCTN|CRIS|UMIN(?:CTR)?|DRKS|ANZCTR|JRCT)"
const label = `(?:${issuer}(?:NUMBER|N[OR]?|ID)?)*`

const patterns = forms.map((form) => ({ ...form, pattern: new RegExp(`^(${label})${form.shape}$`) }))

// WHO writes it before the numbers of all Japanese registries, also of those whose numbers have no shape here.
const japanese = /^(?:JPRN)+(?=.)/

/** What stands between spaces and punctuation, in NFKC and capitals. */
const partsOf = (text: string): ReadonlyArray<string> =>
  text
    .normalize("NFKC")
    .toUpperCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== "")

interface Read {
  /** Letters and digits alone. */
  readonly plain: string
  /** The number that these are. */
  readonly found: (IssuedNumber & { readonly label: string; readonly groups: ReadonlyArray<string> }) | null
}

const read = (parts: ReadonlyArray<string>): Read => {
  const plain = parts.join("").replace(japanese, "")
  for (const { kind, pattern, written = String } of patterns) {
    const [, label, ...matched] = pattern.exec(plain) ?? []
    if (label === undefined) continue
    const groups = matched.filter((group) => group !== undefined)
    return { plain, found: { kind, written: written(groups.join("-")), label, groups } }
  }
  return { plain, found: null }
}

/**
 * The number that a text is, in any case, width and punctuation, and with any label before it. Digits alone are one only
 * after a label or in its groups, because sponsors have numbers of twelve digits too.
 */
export const issuedNumber = (text: string): IssuedNumber | null => {
  const parts = partsOf(text)
  const { found } = read(parts)
  if (found === null) return null
  const { kind, label, written } = found
  const isTold = label !== "" || /^\D/.test(written) || parts.join("-") === written
  return isTold ? { kind, written } : null
}

/**
 * The form by which an identifier is found: NFKC, capitals, letters and digits alone, without a label, and without the
 * number of a submission to CTIS, which changes while the trial stays the same. Empty if it has no letter or digit.
 */
export const normalized = (identifier: string): string => {
  const { found, plain } = read(partsOf(identifier))
  return found === null ? plain : found.groups.slice(0, 3).join("")
}
