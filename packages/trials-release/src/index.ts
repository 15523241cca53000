/**
 * Releases of a state: packed, verified, published, restored.
 *
 * @module
 */
export * as Manifest from "./Manifest.js"
export * from "./ReleaseError.js"
