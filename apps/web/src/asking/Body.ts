import type { TrialsClient } from "trials-contract/client"

/** The calls of the API that throw a refusal. */
export type Calls = TrialsClient["orThrow"]

/** What a call gives, as a newer server may send it. */
export type Body<Call extends (...args: never) => unknown> = Awaited<ReturnType<Call>>
