/**
 * The behaviour of the library as suites for vitest: for any engine, including a database of a caller's own, and for any
 * registry and its client.
 *
 * @module
 */
import type { Engine } from "../Engine.js"
import { absenceSuite } from "./AbsenceSuite.js"
import { censusAnswers } from "./CensusAnswers.js"
import { censusKills } from "./CensusKills.js"
import { censusMoving } from "./CensusMoving.js"
import { censusSuite } from "./CensusSuite.js"
import { censusTrust } from "./CensusTrust.js"
import { exportSuite } from "./ExportSuite.js"
import { feedSuite } from "./FeedSuite.js"
import { historySuite } from "./HistorySuite.js"
import { identifierSuite } from "./IdentifierSuite.js"
import { movingSuite } from "./MovingSuite.js"
import { proofSuite } from "./ProofSuite.js"
import { queriesSuite } from "./QueriesSuite.js"
import { type SearchSizes, searchSuite } from "./SearchSuite.js"
import { stagingSuite } from "./StagingSuite.js"
import { syncSuite } from "./SyncSuite.js"
import { valueSuite } from "./ValueSuite.js"
import { verifySuite } from "./VerifySuite.js"

export { clientSuite } from "./ClientSuite.js"
export { ctgovSuite } from "./CtgovSuite.js"
export { provenReadSuite } from "./ProvenReadSuite.js"
export { registrySuite } from "./RegistrySuite.js"

/** How much of what is made by chance is tried. */
export interface Sizes {
  /** Runs against registries that move. */
  readonly runs: number
  /** Trials whose histories are read back. */
  readonly histories: number
  /** Registries with a census that move: each is read five times. */
  readonly worlds: number
  /** Whether a census is killed at every point of its runs. */
  readonly kills: boolean
  /** Trials that are searched, and filters. */
  readonly search: SearchSizes
}

/** Defines every suite for an engine. */
export const behaviourSuites = (
  engine: Engine,
  { histories, kills, runs, search, worlds }: Sizes = {
    runs: 4000,
    histories: 1000,
    worlds: 1000,
    kills: true,
    search: { trials: 20_000, searches: 100 }
  }
): void => {
  for (const suite of [
    absenceSuite,
    censusSuite,
    censusAnswers,
    censusTrust,
    exportSuite,
    feedSuite,
    identifierSuite,
    proofSuite,
    queriesSuite,
    stagingSuite,
    verifySuite,
    syncSuite,
    valueSuite
  ])
    suite(engine)
  if (kills) censusKills(engine)
  historySuite(engine, histories)
  movingSuite(engine, runs)
  censusMoving(engine, worlds)
  searchSuite(engine, search)
}
