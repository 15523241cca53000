/**
 * The `trials` command as a library: over the registries that come with it, and over one's own.
 *
 * @module
 */
export { runMain } from "./RunMain.js"
export { type TrialsCommand, trialsCommand, type TrialsCommandOptions } from "./TrialsCommand.js"
