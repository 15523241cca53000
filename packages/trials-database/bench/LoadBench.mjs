import { Effect } from "effect"
import { Failpoint } from "trials-domain/Failpoint"
import * as Sync from "trials-domain/Sync"

/** One real run, timed between its own failpoints: milliseconds of staging, of the load's transaction, of the whole. */
const run = async (writer, upstream) => {
  const start = performance.now()
  let stage = 0
  let extracted = 0
  let proven = 0
  let committed = 0
  const at = (name) =>
    Effect.sync(() => {
      const now = performance.now()
      if (name === "extract.page") extracted = now
      if (name === "stage.page") stage += now - extracted
      if (name === "verify.checks") proven = now
      if (name === "load.commit") committed = now
    })
  const { counts, reason, verdict } = await writer.runPromise(
    Sync.run().pipe(Effect.provideService(Failpoint, at), Effect.provide(upstream.layer))
  )
  if (verdict !== "complete" && verdict !== "unchanged") throw new Error(reason?.message ?? verdict)
  return { counts, stage, load: committed - proven, whole: performance.now() - start }
}

/** Fails unless a run found what the upstream has for it: a fast load of nothing proves nothing. */
const expectCounts = (counts, expected) => {
  for (const [kind, count] of Object.entries(expected)) {
    if (counts[kind] !== count)
      throw new Error(`${counts[kind]} trials ${kind}, where ${count} were expected`)
  }
}

/**
 * Measures the yardstick's upsert and one real run in turn: a first load, the same data again, and with 1 % changed.
 * Which of them comes first alternates between rounds.
 */
export const loadRound = async (database, upstream, round) => {
  const { trials } = upstream
  const edited = Math.ceil(trials / 100)
  const steps = [
    { step: "first", edition: 0, expected: { created: trials, unchanged: 0 } },
    { step: "unchanged", edition: 0, expected: { created: 0, edited: 0, unchanged: trials } },
    { step: "changed", edition: 1, expected: { created: 0, edited, unchanged: trials - edited } }
  ]
  const results = []
  for (const { edition, expected, step } of steps) {
    upstream.edition = edition
    const before = round % 2 === 0 ? await database.blind.upsert(upstream) : undefined
    const { counts, ...ours } = await run(database.writer, upstream)
    expectCounts(counts, expected)
    results.push({ step, ...ours, blind: before ?? (await database.blind.upsert(upstream)) })
  }
  return results
}
