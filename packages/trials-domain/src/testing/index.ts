/**
 * Behaviour suites of the library, each a function of an engine, for whoever brings a database of their own; and the
 * upstreams they run against.
 *
 * @module
 */
export { absenceSuite } from "./AbsenceSuite.js"
export * from "./Engine.js"
export { feedSuite } from "./FeedSuite.js"
export { historySuite } from "./HistorySuite.js"
export * as OdcloudUpstream from "./OdcloudUpstream.js"
export { proofSuite } from "./ProofSuite.js"
export { queriesSuite } from "./QueriesSuite.js"
export { stagingSuite } from "./StagingSuite.js"
export { storedCheckSuite } from "./StoredCheckSuite.js"
export { syncSuite } from "./SyncSuite.js"
export * from "./SyntheticRegistry.js"
