import { TrialsClientError } from "trials-contract/client"

/** What the API says of parameters that it refuses, in English, by their names. */
export type Wrong = ReadonlyMap<string, string>

/** Which parameters are the cause of an error; none where it is another error. */
export const wrongOf = (error: unknown): Wrong => {
  const isRefusal = error instanceof TrialsClientError && error.reason === "refused"
  if (!isRefusal || (error.status !== 400 && error.status !== 410)) return new Map()
  return new Map((error.problem?.errors ?? []).map(({ detail, parameter }) => [parameter, detail]))
}

/** The parameters of an address without those that are wrong. */
export const withoutWrong = (
  query: Readonly<Record<string, string>>,
  wrong: Wrong
): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(query).filter(([name]) => !wrong.has(name)))
