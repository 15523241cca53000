/**
 * The read-only HTTP API as a library: over the registries that come with it, and over one's own.
 *
 * @module
 */
export { type ApiNames, type ApiOptions, makeApi } from "./Api.js"
export { ApiServer, CannotListen } from "./ApiServer.js"
export type { StartError } from "./Exit.js"
export type { Limits } from "./Limits.js"
export { runMain } from "./RunMain.js"
export { settings } from "./Settings.js"
