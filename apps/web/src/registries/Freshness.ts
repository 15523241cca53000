import type { TrialsClient } from "trials-contract/client"
import type { ListedRun, RegistryState } from "./Answers.js"
import { isWhole } from "../runs/Verdicts.js"

/** A registry, and the last of its runs that saw all of it. */
export interface Fresh {
  readonly registry: RegistryState
  /** Undefined where none of its newest runs is one. */
  readonly proven: ListedRun | undefined
}

const newest = 30

/** The last run of a list that proved that it saw the whole registry. */
export const lastProven = (runs: ReadonlyArray<ListedRun>): ListedRun | undefined =>
  runs.find(({ proof, verdict }) => proof !== null && isWhole(verdict))

/** Every registry, and how it was last seen whole. */
export const fresh = async (client: TrialsClient): Promise<ReadonlyArray<Fresh>> => {
  const { items } = await client.orThrow.registries.list()
  return Promise.all(
    items.map(async (registry) => {
      const runs = await client.orThrow.runs.list({ query: { registry: registry.name, limit: newest } })
      return { registry, proven: lastProven(runs.items) }
    })
  )
}
