import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, type Layer, Schema, Stream } from "effect"
import { Revision } from "../../model/Revision.js"
import * as Extract from "../../pipeline/Extract.js"
import { RegistryClient } from "../../registries/RegistryClient.js"

/** The digests of all records, in order, read in pages of one size. */
const read = (revision: Revision, expected: number, pageSize: number) =>
  Effect.map(Stream.runCollect(Extract.all(revision, { expected, pageSize })), (pages) =>
    Chunk.toReadonlyArray(pages).flatMap(({ digests }) => digests)
  )

/**
 * Checks a client over an upstream that stands still, real or scripted: what it counts, that its pages have the size
 * that was asked for, that each leads to the next, and that every size of a page reads the same records. Run it over
 * more records than fit on one page.
 */
export const clientSuite = <E>(name: string, client: Layer.Layer<RegistryClient, E>): void => {
  describe(`the client of ${name}`, () => {
    const test = <F>(what: string, body: Effect.Effect<void, F, RegistryClient>) =>
      it.live(what, () => Effect.provide(body, client))

    const resolved = Effect.gen(function* () {
      const requests = yield* RegistryClient
      const { notes, revision } = yield* requests.resolve(null)
      return { ...requests, notes, revision, expected: yield* Extract.count(revision) }
    })

    test(
      "chooses an edition that it lists, and counts its records",
      Effect.gen(function* () {
        const { expected, revision, revisions } = yield* resolved
        expect(Schema.is(Revision)(revision)).toBe(true)
        expect((yield* revisions).map(({ id }) => id)).toContain(revision.id)
        expect(Number.isSafeInteger(expected) && expected >= 0).toBe(true)
        expect(yield* Extract.count(revision)).toBe(expected)
      })
    )

    test(
      "reads the same records in pages of any size, none twice",
      Effect.gen(function* () {
        const { expected, pageSize, revision, saved } = yield* resolved
        const all = yield* read(revision, expected, pageSize)
        expect(all).toHaveLength(expected)
        if (saved !== undefined || expected < 3) return
        for (const size of [Math.ceil(expected / 2), Math.ceil(expected / 3), expected + 1]) {
          const found = yield* read(revision, expected, Math.min(size, pageSize))
          expect([...found].sort()).toEqual([...all].sort())
        }
      })
    )

    test(
      "goes on at any page, and says the same when it is asked again",
      Effect.gen(function* () {
        const { expected, page, pageSize, revision, saved } = yield* resolved
        const size = saved === undefined ? Math.min(pageSize, Math.max(1, Math.ceil(expected / 3))) : pageSize
        const first = yield* page(revision, null, size)
        expect(yield* page(revision, null, size)).toEqual(first)
        if (first.next === null) return
        const second = yield* page(revision, first.next, size)
        expect(yield* page(revision, first.next, size)).toEqual(second)
        expect(second.records).not.toEqual(first.records)
        for (const { total } of [first, second]) expect([null, expected]).toContain(total)
      })
    )

    test(
      "states one timestamp of its data, or none",
      Effect.gen(function* () {
        const { dataTimestamp, page, pageSize, revision } = yield* resolved
        const stamp = yield* dataTimestamp(revision)
        expect(yield* dataTimestamp(revision)).toBe(stamp)
        // A page that states none, or another one, proves nothing. A page may state the day alone.
        const { dataTimestamp: onPage = null } = yield* page(revision, null, pageSize)
        expect(onPage === null ? stamp === null : stamp?.startsWith(onPage)).toBe(true)
      })
    )
  })
}
