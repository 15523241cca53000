import type { TrialsClient } from "trials-contract/client"

type Body<Call extends (...args: never) => unknown> = Awaited<ReturnType<Call>>
type Calls = TrialsClient["orThrow"]

/** A trial, as a newer server may send it. */
export type Trial = Body<Calls["trials"]["get"]>
/** Versions of a trial, newest first. */
export type History = Body<Calls["trials"]["history"]>
/** A version of a trial, with the change that made it. */
export type Version = History["items"][number]
/** The same trial elsewhere. */
export type Related = Body<Calls["trials"]["related"]>
/** A registry, and how fresh what is known of it is. */
export type RegistryState = Body<Calls["registries"]["list"]>["items"][number]
