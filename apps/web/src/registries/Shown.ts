import type { ThrowingBody } from "../asking/Body.js"

/** A registry as the API may say it: a newer server has codes that are not known here. */
export type RegistryState = ThrowingBody<"registries", "list">["items"][number]

/** A run as lists say it. */
export type ProvenRun = ThrowingBody<"runs", "list">["items"][number]

/** A run with all that is known of it. */
export type WholeRun = ThrowingBody<"runs", "get">

/** What is wrong with the data of a registry. */
export type Quality = ThrowingBody<"registries", "quality">
