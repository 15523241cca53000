/**
 * Collects registries of clinical trials: every run proves that it saw the whole registry, every change is kept with
 * its cause. Each module can be imported alone, as in `trials-domain/Sync`.
 *
 * @module
 */
export * as Absence from "./Absence.js"
export * as Change from "./Change.js"
export * as Cursor from "./Cursor.js"
export * as Dump from "./Dump.js"
export * as Extract from "./Extract.js"
export * as Extraction from "./Extraction.js"
export * as Failpoint from "./Failpoint.js"
export * as Instant from "./Instant.js"
export * as Lease from "./Lease.js"
export * as Load from "./Load.js"
export * as Migrations from "./Migrations.js"
export * as Progress from "./Progress.js"
export * as Registry from "./Registry.js"
export * as RegistryClient from "./RegistryClient.js"
export * as Remap from "./Remap.js"
export * as RemapRun from "./RemapRun.js"
export * as Run from "./Run.js"
export * as RunLedger from "./RunLedger.js"
export * as Staging from "./Staging.js"
export * as StoredCheck from "./StoredCheck.js"
export * as Sync from "./Sync.js"
export * as Text from "./Text.js"
export * as Transform from "./Transform.js"
export * as Trial from "./Trial.js"
export * as TrialQueries from "./TrialQueries.js"
export * as TrialVersion from "./TrialVersion.js"
export * as Verify from "./Verify.js"
export * as VersionQueries from "./VersionQueries.js"
