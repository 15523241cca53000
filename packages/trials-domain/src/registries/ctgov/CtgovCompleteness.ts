import { Predicate } from "effect"
import { says } from "../../model/Json.js"
import type { Piece } from "../RegistryClient.js"
import { dayOf, versionHolderOf } from "./CtgovPage.js"
import { type CtgovPiece, detailPieces, paths } from "./CtgovRecord.js"

// The registry itself says these of every study that it does not withhold.
const always: ReadonlySet<CtgovPiece> = new Set([
  "VersionHolder",
  "OverallStatus",
  "LastUpdatePostDate",
  "StudyFirstPostDate",
  "HasResults",
  "StudyType",
  "LeadSponsorName",
  "LeadSponsorClass",
  "BriefTitle"
])

const pieces: ReadonlyArray<Piece & { readonly isAlways: boolean }> = detailPieces.map((name) => ({
  name,
  path: paths[name].split("."),
  isAlways: always.has(name)
}))

const isWithheld = (study: unknown): boolean => {
  const protocol = Predicate.isRecord(study) ? study["protocolSection"] : null
  const status = Predicate.isRecord(protocol) ? protocol["statusModule"] : null
  return Predicate.isRecord(status) && status["overallStatus"] === "WITHHELD"
}

/** A day that studies state, and the file where one does first. */
interface StatedDay {
  readonly day: string
  readonly file: string
}

/** What a saved copy of the registry says of itself. */
export interface CtgovCompleteness {
  readonly add: (file: string, studies: ReadonlyArray<unknown>) => void
  /** The pieces that no study has, and those of every study that one does not have. */
  readonly lacking: () => ReadonlyArray<Piece>
  /** The days of the registry's data that studies state. */
  readonly days: () => ReadonlyArray<StatedDay>
  /** The day that all studies state. */
  readonly day: () => string | null
}

/** Looks at studies as they come, and remembers none. */
export const make = (): CtgovCompleteness => {
  const lacking = new Set<Piece>()
  const unseen = new Set<Piece>(pieces)
  const days = new Map<string, string>()
  let isDayless = false
  let studies = 0
  return {
    add: (file, each) => {
      for (const study of each) {
        const day = versionHolderOf(study)
        if (day === null) isDayless = true
        else if (!days.has(day)) days.set(day, file)
        if (isWithheld(study)) continue
        studies += 1
        for (const piece of pieces) {
          if (!piece.isAlways && !unseen.has(piece)) continue
          if (says(study, piece.path)) unseen.delete(piece)
          else if (piece.isAlways) lacking.add(piece)
        }
      }
    },
    lacking: () => (studies === 0 ? [] : pieces.filter((piece) => lacking.has(piece) || unseen.has(piece))),
    days: () => [...days].map(([day, file]) => ({ day, file })),
    day: () => {
      const [day = null, ...others] = days.keys()
      return day === null || isDayless || others.length > 0 ? null : dayOf(day)
    }
  }
}
