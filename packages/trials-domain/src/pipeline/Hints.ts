import { Context } from "effect"

/** What a report calls the ways out that it names. */
export interface HintNames {
  /** What accepts that far fewer trials came than before. */
  readonly allowShrink: string
  /** What accepts an edition that is older than the last one. */
  readonly allowOlder: string
  /** What says how large a share of records may be lacking, or unreadable. */
  readonly rejectLimit: string
  /** What reads every trial whole. */
  readonly full: string
  /** What reads one edition. */
  readonly revision: (id: string) => string
  /** What makes what is derived from versions anew: rows, search keys and identifiers. */
  readonly rebuild: string
  /** What packs the first release of all. */
  readonly firstRelease: string
}

/** The names in reports of runs and checks: by default the library's own. A program with others provides them. */
export class Hints extends Context.Reference<Hints>()("trials-domain/Hints", {
  defaultValue: (): HintNames => ({
    allowShrink: "`limits: { allowShrink: true }`",
    allowOlder: "`limits: { allowOlder: true }`",
    rejectLimit: "`limits: { reject }`",
    full: "`full: true`",
    revision: (id) => `\`revision\` and the id ${id}`,
    rebuild: "`Rebuild` of trials-domain",
    firstRelease: "`first: true`"
  })
}) {}
