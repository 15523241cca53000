/**
 * Releases on GitHub, without any library.
 *
 * @module
 */
export { type GitHubAddress, parseAddress } from "./GitHubAddress.js"
export type { GitHubSettings } from "./GitHubApi.js"
export { GitHubError, type GitHubReason } from "./GitHubError.js"
export type { GitHubAsset, GitHubRelease } from "./GitHubRelease.js"
export { type Draft, GitHubReleases, type Upload } from "./GitHubReleases.js"
export { publish, type Published } from "./Publication.js"
export { type Retained, retained, sweep } from "./Retention.js"
