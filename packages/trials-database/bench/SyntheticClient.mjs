import { Effect, Layer } from "effect"
import { RegistryClient } from "trials-domain/RegistryClient"

export const pageSize = 1000

/** A number of 32 bits that stands for `n`, another one for each `salt`. */
export const hash = (n, salt) => {
  let state = Math.imul(n + 1, 2_654_435_761) ^ Math.imul(salt, 1_597_334_677)
  state = Math.imul(state ^ (state >>> 15), 2_246_822_519)
  state = Math.imul(state ^ (state >>> 13), 3_266_489_917)
  return (state ^ (state >>> 16)) >>> 0
}

/** The client of a registry that has one edition, of so many trials. `record` makes each by its place in the list. */
export const layer = ({ edition, record, registry, trials }) => {
  const revision = { id: edition, date: null, title: null }
  return Layer.succeed(RegistryClient, {
    registry,
    pageSize,
    revisions: Effect.succeed([revision]),
    resolve: () => Effect.succeed({ revision, how: "newest", notes: [] }),
    count: () => Effect.succeed(trials),
    page: (_, at) =>
      Effect.sync(() => {
        const start = at === null ? 0 : Number(at)
        const end = Math.min(start + pageSize, trials)
        return {
          records: Array.from({ length: end - start }, (_, n) => record(start + n)),
          total: trials,
          next: end < trials ? String(end) : null,
          dataTimestamp: edition
        }
      }),
    dataTimestamp: () => Effect.succeed(edition)
  })
}
