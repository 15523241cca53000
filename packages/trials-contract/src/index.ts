/**
 * The contract of the trials API, and a typed client of it. Loads no database and no server.
 *
 * @module
 */
export * from "./contract.js"
export { ParameterError, Problem, problemType } from "./Problem.js"
export { createTrialsClient, type TrialsClient, type TrialsClientOptions } from "./TrialsClient.js"
