import type { TrialsClient } from "trials-contract/client"

type Calls = TrialsClient["orThrow"]

/** What a call of the client gives. */
export type ThrowingBody<
  Group extends keyof Calls,
  Name extends keyof Calls[Group]
> = Calls[Group][Name] extends (...args: never) => Promise<infer Body> ? Body : never
