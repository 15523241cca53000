/**
 * The contract of the trials API and its types. Loads no database and no server. The client is `trials-contract/client`.
 *
 * @module
 */
export * from "./contract.js"
export type { Open } from "./Open.js"
export { ParameterError, parameterErrors, parametersDetail, Problem } from "./Problem.js"
export { ndjsonType, type OperationId, operations, problemType } from "./Routes.js"
export type { ChangeKind, FieldChange } from "trials-domain/Change"
export type { FindingSummary, RejectedRecord } from "trials-domain/Finding"
export type { Total } from "trials-domain/Page"
export type { FindingTrend, Quality } from "trials-domain/Quality"
export type { RegistryState } from "trials-domain/RegistryState"
export type { Revision } from "trials-domain/Revision"
export type { Proof, Run, RunCounts, RunReason, RunReport, RunSummary, Verdict } from "trials-domain/Run"
export type { ObservationalModel, Phase, Scope, StudyType, Trial, TrialSummary } from "trials-domain/Trial"
export type { TrialVersion, VersionDiff } from "trials-domain/TrialVersion"
