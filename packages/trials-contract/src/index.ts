/**
 * The contract of the trials API and its types. Loads no database and no server. The client is `trials-contract/client`.
 *
 * @module
 */
export * from "./Bodies.js"
export * from "./contract.js"
export type { Open } from "./Open.js"
export { operations } from "./Operations.js"
export { ParameterError, parameterErrors, parametersDetail, Problem } from "./Problem.js"
export {
  nameOf,
  type ProblemKind,
  type ProblemName,
  problemNames,
  problems,
  sectionOf,
  typeOf
} from "./Problems.js"
export {
  exportRoutes,
  exportTypes,
  ndjsonType,
  type OperationId,
  problemType,
  textRoutes,
  textTypes
} from "./Routes.js"
export type * from "./Types.js"
