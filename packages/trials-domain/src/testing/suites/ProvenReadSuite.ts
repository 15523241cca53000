import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect, Layer, Redacted } from "effect"
import { readProven } from "../../pipeline/ProvenRead.js"
import * as OdcloudClient from "../../registries/kdca/OdcloudClient.js"
import { Staging } from "../../pipeline/Staging.js"
import { type Engine, writeSide } from "../Engine.js"
import * as OdcloudUpstream from "../OdcloudUpstream.js"

const key = "key"
const uddi = "uddi:00000000-0000-4000-8000-000000000001"
const rows = Array.from({ length: 25 }, (_, n) => ({ 과제번호: `C${100000 + n}` }))

/** An edition of 25 rows over real HTTP, and its extraction in pages of `pageSize`. */
const beside = (engine: Engine, pageSize = 10) =>
  Effect.gen(function* () {
    const upstream = yield* OdcloudUpstream.make({ key, editions: [{ uddi, date: "20261101", rows }] })
    const registry = OdcloudClient.layer({
      serviceKey: Redacted.make(key),
      baseUrl: upstream.baseUrl,
      specUrl: upstream.specUrl,
      dataset: "3074271",
      revision: "latest",
      pageSize,
      limits: { deadline: Duration.minutes(1), requestsPerSecond: 1000 }
    })
    const database = yield* engine.database
    const extraction = Effect.gen(function* () {
      const staging = yield* Staging
      yield* staging.prepare
      return yield* readProven({ id: uddi, date: null, title: null })
    }).pipe(Effect.provide(Layer.merge(registry, writeSide(database))))
    // If it unexpectedly succeeds, its proof says enough.
    const failure = Effect.flip(Effect.map(extraction, ({ proof }) => proof))
    return { upstream, extraction, failure }
  })

const isCount = ({ perPage }: OdcloudUpstream.Asked) => perPage === 1

/** How often a read is tried until it is proven. */
export const provenReadSuite = (engine: Engine) =>
  describe(`ProvenRead on ${engine.name}`, () => {
    it.scopedLive.each<
      [what: string, at: number, page: OdcloudUpstream.Scripted, code: string, requests: number]
    >([
      ["repeats another", 2, { rows: rows.slice(0, 10) }, "page-repeated", 3],
      ["speaks of another total", 2, { total: 26 }, "total-moved", 3],
      ["is short", 2, { rows: rows.slice(10, 19) }, "count-mismatch", 3],
      ["is capped", 1, { rows: rows.slice(0, 5) }, "page-size", 2],
      ["is empty", 2, { rows: [] }, "count-mismatch", 3]
    ])("a read whose page always %s starts again twice, and fails", ([, at, page, code, requests]) =>
      Effect.gen(function* () {
        const { failure, upstream } = yield* beside(engine)
        upstream.script = (asked) => (!isCount(asked) && asked.page === at ? page : undefined)
        expect(yield* failure).toMatchObject({ _tag: "NotProven", verdict: "failed", code })
        expect(upstream.asked).toHaveLength(3 * requests)
      })
    )

    it.scopedLive("a count that changes after each read also fails", () =>
      Effect.gen(function* () {
        const { failure, upstream } = yield* beside(engine)
        upstream.script = (asked) =>
          isCount(asked) && upstream.asked.filter(isCount).length % 2 === 0 ? { total: 26 } : undefined
        expect(yield* failure).toMatchObject({ _tag: "NotProven", code: "count-mismatch" })
        expect(upstream.asked).toHaveLength(3 * 5)
      })
    )

    it.scopedLive("a read that adds up at the third try is compared with a fourth", () =>
      Effect.gen(function* () {
        const { extraction, upstream } = yield* beside(engine)
        upstream.script = (_, n) => (n === 3 || n === 6 ? { total: 26 } : undefined)
        const { expected, keys, pageSizes, proof } = yield* extraction
        expect({ expected, distinct: keys.distinct, pageSizes, proof }).toEqual({
          expected: 25,
          distinct: 0,
          pageSizes: [10, 9],
          proof: "two-reads"
        })
        expect(upstream.asked).toHaveLength(3 + 3 + 5 + 5)
        expect(upstream.asked.filter((asked) => !isCount(asked)).map(({ perPage }) => perPage)).toEqual([
          10, 10, 10, 10, 10, 10, 10, 9, 9, 9
        ])
      })
    )

    it.scopedLive("one response is read once", () =>
      Effect.gen(function* () {
        const { extraction, upstream } = yield* beside(engine, 25)
        expect(yield* extraction).toMatchObject({ expected: 25, proof: "one-response" })
        expect(upstream.asked.map(({ page, perPage }) => [page, perPage])).toEqual([
          [1, 1],
          [1, 25],
          [1, 1]
        ])
      })
    )
  })
