import type { Body, Calls } from "../asking/Body.js"

/** A registry as the API may say it: a newer server has codes that are not known here. */
export type RegistryState = Body<Calls["registries"]["list"]>["items"][number]

/** A run as lists say it. */
export type ListedRun = Body<Calls["runs"]["list"]>["items"][number]

/** A run with all that is known of it. */
export type WholeRun = Body<Calls["runs"]["get"]>

/** What is wrong with the data of a registry. */
export type Quality = Body<Calls["registries"]["quality"]>
