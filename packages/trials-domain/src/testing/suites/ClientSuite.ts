import { describe, expect, it } from "@effect/vitest"
import { Array, Chunk, Effect, type Layer, Schema, Stream } from "effect"
import { Revision } from "../../model/Revision.js"
import * as Extract from "../../pipeline/Extract.js"
import { digester } from "../../registries/ListedPart.js"
import type { Registry, RegistryRecord } from "../../registries/Registry.js"
import { RegistryClient } from "../../registries/RegistryClient.js"

/** The digests of all records, in order, read in pages of one size. */
const read = (revision: Revision, expected: number, pageSize: number) =>
  Effect.map(Stream.runCollect(Extract.all(revision, { expected, pageSize })), (pages) =>
    Chunk.toReadonlyArray(pages).flatMap(({ digests }) => digests)
  )

/** What the suite must be told of a registry. */
export interface ClientSuiteOptions {
  /** Ids in the form of the registry that none of its trials has; asked for among others, they are left out. */
  readonly unknownIds?: ReadonlyArray<string>
}

/** What the list carries of each record, by the id of its trial. */
const listings = (
  registry: Registry,
  records: ReadonlyArray<RegistryRecord>
): ReadonlyMap<string, string> => {
  const digest = digester(registry)
  return new Map(records.map((record) => [registry.idOf(record) ?? "", digest(record)]))
}

/**
 * Checks a client over an upstream that stands still, real or scripted: what it counts, that its pages have the size
 * that was asked for, that each leads to the next, and that every size of a page reads the same records. Where the list
 * carries only a part of each record, whole ones must say the same and be those that were asked for. Run it over more
 * records than fit on one page.
 */
export const clientSuite = <E>(
  name: string,
  client: Layer.Layer<RegistryClient, E>,
  { unknownIds = [] }: ClientSuiteOptions = {}
): void => {
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

    test(
      "answers with the whole records of the trials that it is asked for, and with no other",
      Effect.gen(function* () {
        const { details, expected, pageSize, registry, revision } = yield* resolved
        if (details === undefined) return
        expect(registry.listed.length).toBeGreaterThan(0)
        expect(Number.isSafeInteger(details.atOnce) && details.atOnce > 0).toBe(true)
        const pages = yield* Stream.runCollect(Extract.all(revision, { expected, pageSize }))
        const rows = Chunk.toReadonlyArray(pages).flatMap(({ records }) => records)
        const listed = listings(registry, rows)
        expect(listed.size).toBe(expected)
        for (const ids of Array.chunksOf(listed.keys(), details.atOnce)) {
          const wanted = [...ids.slice(unknownIds.length).reverse(), ...unknownIds]
          const { records } = yield* details.some(revision, wanted)
          const found = listings(registry, records)
          expect([records.length, [...found.keys()].sort()]).toEqual([
            found.size,
            ids.slice(unknownIds.length).sort()
          ])
          // A record is used only if it says what the list says.
          for (const [id, listing] of found) expect([id, listing]).toEqual([id, listed.get(id)])
        }
        const [id = ""] = listed.keys()
        const { records } = yield* details.some(revision, [id])
        expect(records.map(registry.idOf)).toEqual([id])
        if (unknownIds.length > 0)
          expect(yield* details.some(revision, unknownIds)).toMatchObject({ records: [] })
      })
    )
  })
}
