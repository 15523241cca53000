/**
 * What tests run against: databases, synthetic registries in memory, and an upstream over real HTTP. Needs no test
 * runner; the suites are in `trials-domain/testing/suites`.
 *
 * @module
 */
export * from "./CensusUpstream.js"
export * as CtgovUpstream from "./CtgovUpstream.js"
export * from "./Engine.js"
export { firstSchema, type TableRow } from "./FirstSchema.js"
export * as OdcloudUpstream from "./OdcloudUpstream.js"
export * from "./SyntheticRegistry.js"
