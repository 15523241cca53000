import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Layer, Stream } from "effect"
import * as Extract from "../src/pipeline/Extract.js"
import { RegistryClient } from "../src/registries/RegistryClient.js"
import { type OdcloudUpstream, syntheticRegistry } from "../src/testing/index.js"
import { client, edition, rows, start } from "./registries/Portal.js"

const read = (from?: Extract.ReadSoFar) =>
  Effect.gen(function* () {
    const expected = yield* Extract.count(edition)
    return Chunk.toReadonlyArray(
      yield* Stream.runCollect(
        Extract.all(edition, from === undefined ? { expected } : { expected, resume: from })
      )
    )
  })

/** Why a read fails; if it unexpectedly succeeds, its number of pages. */
const failure = (from?: Extract.ReadSoFar) => Effect.flip(Effect.map(read(from), ({ length }) => length))

const pagesAsked = ({ asked }: OdcloudUpstream.OdcloudUpstream) =>
  asked.filter(({ perPage }) => perPage === 10).map(({ page }) => page)

describe("a read of 25 rows in pages of ten", () => {
  it.scopedLive("returns every page in order, and continues where another read stopped", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      yield* Effect.gen(function* () {
        const pages = yield* read()
        expect(pages.map(({ next, number }) => [number, next])).toEqual([
          [1, "2"],
          [2, "3"],
          [3, null]
        ])
        expect(pages.flatMap(({ records }) => records)).toEqual(rows)
        const digests = pages.map(({ digest }) => digest)
        expect(new Set(digests).size).toBe(3)
        expect(digests.join("")).toMatch(/^[0-9a-f]{192}$/)

        upstream.asked.length = 0
        const rest = yield* read({ next: "3", rows: 20, digests: digests.slice(0, 2) })
        expect(rest).toEqual(pages.slice(2))
        expect(yield* read({ next: null, rows: 25, digests })).toEqual([])
        expect(pagesAsked(upstream)).toEqual([3])
        const short = yield* failure({ next: null, rows: 24, digests })
        expect(short).toMatchObject({ _tag: "InconsistentRead", reason: "count-mismatch" })
      }).pipe(Effect.provide(client(upstream)))
    })
  )

  it.scopedLive("ends with an empty page, even if the registry would send more of them", () =>
    Effect.gen(function* () {
      let asked = 0
      const endless = Layer.succeed(RegistryClient, {
        registry: syntheticRegistry(),
        pageSize: 10,
        revisions: Effect.succeed([edition]),
        resolve: () => Effect.succeed({ revision: edition, how: "newest", notes: [] }),
        count: () => Effect.succeed(20),
        page: (_, at) =>
          Effect.sync(() => {
            asked += 1
            const start = Number(at ?? 0)
            return {
              records: rows.slice(0, 20).slice(start, start + 10),
              total: 20,
              next: String(start + 10)
            }
          }),
        dataTimestamp: () => Effect.succeed(null)
      })
      const pages = yield* Effect.provide(read(), endless)
      expect(pages.map(({ records }) => records.length)).toEqual([10, 10, 0])
      expect(asked).toBe(3)
    })
  )

  it.scopedLive("names a cap of the registry only where pages of that size can prove the list", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      upstream.script = ({ page, perPage }) =>
        perPage === 10 && page === 1 ? { rows: rows.slice(0, 3) } : undefined
      const error = yield* Effect.provide(failure(), client(upstream))
      expect(String(error)).toContain("sent 3: pages of that size cannot prove a list of 25 records")
    })
  )

  it.scopedLive("of an edition without rows is one empty page", () =>
    Effect.gen(function* () {
      const upstream = yield* start
      upstream.script = () => ({ rows: [], total: 0 })
      const pages = yield* Effect.provide(read(), client(upstream))
      expect(pages.map(({ next, records }) => [records, next])).toEqual([[[], null]])
    })
  )

  it.scopedLive.each<
    [
      what: string,
      at: number,
      page: OdcloudUpstream.Scripted,
      reason: string,
      says: string,
      asked: ReadonlyArray<number>
    ]
  >([
    ["comes again", 2, { rows: rows.slice(0, 10) }, "page-repeated", "Page 2 repeats page 1", [1, 2]],
    ["speaks of one row more", 2, { total: 26 }, "total-moved", "page 2 speaks of 26", [1, 2]],
    ["speaks of one row less", 1, { total: 24 }, "total-moved", "page 1 speaks of 24", [1]],
    ["is short", 2, { rows: rows.slice(10, 19) }, "count-mismatch", "Page 2 holds 9 records, but 10", [1, 2]],
    [
      "is short",
      1,
      { rows: rows.slice(0, 5) },
      "page-size",
      "asked for 10 records a page and sent 5: set ODCLOUD_PAGE_SIZE=5.",
      [1]
    ],
    ["is short", 3, { rows: rows.slice(20, 24) }, "count-mismatch", "5 were to come", [1, 2, 3]],
    ["is empty", 1, { rows: [] }, "count-mismatch", "Page 1 holds 0 records", [1]],
    ["is empty", 2, { rows: [] }, "count-mismatch", "Page 2 holds 0 records", [1, 2]],
    ["is too long", 3, { rows: rows.slice(10, 16) }, "count-mismatch", "but 26 came", [1, 2, 3]]
  ])("where a page %s (page %d) is an inconsistent read", ([, at, page, reason, says, asked]) =>
    Effect.gen(function* () {
      const upstream = yield* start
      upstream.script = (seen) => (seen.perPage === 10 && seen.page === at ? page : undefined)
      const error = yield* Effect.provide(failure(), client(upstream))
      expect(error).toMatchObject({ _tag: "InconsistentRead", reason })
      expect(String(error)).toContain(says)
      expect(pagesAsked(upstream)).toEqual(asked)
    })
  )
})
