/**
 * Releases of a state: packed, verified, restored, published.
 *
 * @module
 */
export * as Manifest from "./Manifest.js"
export * as Pack from "./Pack.js"
export * as Places from "./Places.js"
export * as Release from "./Release.js"
export * from "./ReleaseError.js"
export * as Restore from "./Restore.js"
export * as Verify from "./Verify.js"
