/**
 * The behaviour of the library, as suites for any engine, including a database of a caller's own; and the upstreams
 * that the suites run against.
 *
 * @module
 */
import { absenceSuite } from "./AbsenceSuite.js"
import type { Engine } from "./Engine.js"
import { feedSuite } from "./FeedSuite.js"
import { historySuite } from "./HistorySuite.js"
import { movingSuite } from "./MovingSuite.js"
import { proofSuite } from "./ProofSuite.js"
import { queriesSuite } from "./QueriesSuite.js"
import { stagingSuite } from "./StagingSuite.js"
import { verifySuite } from "./VerifySuite.js"
import { syncSuite } from "./SyncSuite.js"

export * from "./Engine.js"
export { firstSchema, type TableRow } from "./FirstSchema.js"
export { provenReadSuite } from "./ProvenReadSuite.js"
export * as OdcloudUpstream from "./OdcloudUpstream.js"
export * from "./SyntheticRegistry.js"

/** How much of what is made by chance is tried. */
export interface Sizes {
  /** Runs against registries that move. */
  readonly runs: number
  /** Trials whose histories are read back. */
  readonly histories: number
}

/** Defines every suite for an engine. */
export const behaviourSuites = (
  engine: Engine,
  { histories, runs }: Sizes = { runs: 4000, histories: 1000 }
): void => {
  for (const suite of [
    absenceSuite,
    feedSuite,
    proofSuite,
    queriesSuite,
    stagingSuite,
    verifySuite,
    syncSuite
  ])
    suite(engine)
  historySuite(engine, histories)
  movingSuite(engine, runs)
}
