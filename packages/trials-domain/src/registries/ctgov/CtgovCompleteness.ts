import { Predicate } from "effect"
import { type CtgovPiece, paths } from "./CtgovRecord.js"
import { dayOfAll } from "./CtgovPage.js"

// The registry itself says these of every study that it does not withhold.
const always: ReadonlyArray<CtgovPiece> = [
  "OverallStatus",
  "LastUpdatePostDate",
  "StudyFirstPostDate",
  "HasResults",
  "StudyType",
  "LeadSponsorName",
  "LeadSponsorClass",
  "BriefTitle"
]

// Every study of 106 real ones has these, but among all there may be one without: only a body in which none has them was
// asked for without them.
const usually: ReadonlyArray<CtgovPiece> = [
  "OrgStudyIdInfo",
  "Condition",
  "Sex",
  "EligibilityCriteria",
  "BriefSummary"
]

const placesOf = (pieces: ReadonlyArray<CtgovPiece>) =>
  pieces.map((piece) => ({ piece, path: paths[piece].split(".") }))

const [alwaysAt, usuallyAt] = [placesOf(always), placesOf(usually)]

const has = (study: unknown, path: ReadonlyArray<string>): boolean => {
  let value = study
  for (const key of path) value = Predicate.isRecord(value) ? value[key] : undefined
  return value !== undefined && value !== null
}

const isWithheld = (study: unknown): boolean => {
  const protocol = Predicate.isRecord(study) ? study["protocolSection"] : null
  const status = Predicate.isRecord(protocol) ? protocol["statusModule"] : null
  return Predicate.isRecord(status) && status["overallStatus"] === "WITHHELD"
}

/** What a saved copy of the registry says of itself. */
export interface CtgovCompleteness {
  readonly add: (studies: ReadonlyArray<unknown>) => void
  /** The pieces that every study has, and that are missing here. */
  readonly missing: () => ReadonlyArray<CtgovPiece>
  /** The day of the registry's data, if all studies state one and the same. */
  readonly day: () => string | null
}

/** Looks at studies as they come, and remembers none. */
export const make = (): CtgovCompleteness => {
  const lacking = new Set<CtgovPiece>()
  const found = new Set<CtgovPiece>()
  const days = new Set<string | null>()
  let studies = 0
  return {
    add: (each) => {
      days.add(dayOfAll(each))
      for (const study of each) {
        if (isWithheld(study)) continue
        studies += 1
        for (const { path, piece } of alwaysAt) if (!has(study, path)) lacking.add(piece)
        for (const { path, piece } of usuallyAt) if (!found.has(piece) && has(study, path)) found.add(piece)
      }
    },
    missing: () =>
      studies === 0
        ? []
        : [...always.filter((piece) => lacking.has(piece)), ...usually.filter((piece) => !found.has(piece))],
    day: () => (days.size === 1 ? ([...days][0] ?? null) : null)
  }
}
