import { type Effect, Schema } from "effect"
import { decoded, type InvalidRequest } from "../model/InvalidRequest.js"
import type { Revision } from "../model/Revision.js"
import { ReadableRevision } from "../registries/ClientAnswers.js"
import { type CheckLimits, defaultLimits } from "./Checks.js"

/** How far a run may differ from the one before, what it reads, and whether it loads. */
export interface SyncOptions {
  /** Those that differ from the defaults: 90 % of the known trials must come, 0.5 % of the records may be rejected. */
  readonly limits?: Partial<CheckLimits>
  /** Does everything, but rolls the load back, so the report says what the run would have done. */
  readonly dryRun?: boolean
  /** Reads every trial whole, whatever the registry's list shows; for one whose list carries whole records it is always so. */
  readonly full?: boolean
  /** The edition to read; by default the client chooses. */
  readonly revision?: Revision
  /** What an operator should know about that choice; it is stored with the run. */
  readonly notes?: ReadonlyArray<string>
}

const share = (normal: number) =>
  Schema.optionalWith(Schema.Number.pipe(Schema.between(0, 1)), { default: () => normal })

const flag = Schema.optionalWith(Schema.Boolean, { default: () => false })

const limits = Schema.Struct({
  shrink: share(defaultLimits.shrink),
  reject: share(defaultLimits.reject),
  allowShrink: flag,
  allowOlder: flag
})

const Options = Schema.Struct({
  limits: Schema.optionalWith(limits, { default: () => defaultLimits }),
  dryRun: flag,
  full: flag,
  revision: Schema.optional(ReadableRevision),
  notes: Schema.optionalWith(Schema.Array(Schema.String), { default: () => [] })
})

/** The options of a run, checked and with their defaults. */
export type Decided = typeof Options.Type

/** Checks the options of a run and fills in their defaults; one that is undefined is not given. */
export const decide = (given: SyncOptions): Effect.Effect<Decided, InvalidRequest> => decoded(Options, given)
