import { describe, expect, it } from "@effect/vitest"
import { Chunk, Effect, Stream } from "effect"
import * as Extract from "../src/pipeline/Extract.js"
import { censusPieces, detailPieces } from "../src/registries/ctgov/CtgovRecord.js"
import { RegistryClient } from "../src/registries/RegistryClient.js"
import { cutTo } from "../src/registries/ctgov/CtgovPieces.js"
import { client, idIn, start } from "./registries/CtgovPortal.js"

type Upstream = Effect.Effect.Success<ReturnType<typeof start>>

/** Asks the upstream for something, as a browser would. */
const get = (upstream: Upstream, path: string) =>
  Effect.promise(async () => {
    const response = await fetch(`${upstream.baseUrl}${path}`, { redirect: "manual" })
    const text = await response.text()
    const isJson = response.headers.get("content-type") === "application/json" && text !== ""
    const body: {
      readonly studies?: ReadonlyArray<unknown>
      readonly totalCount?: number
      readonly nextPageToken?: string
    } = isJson ? JSON.parse(text) : {}
    return {
      status: response.status,
      headers: response.headers,
      text,
      body,
      ids: body.studies?.map(idIn) ?? []
    }
  })

const cutter = (pieces: typeof detailPieces) => {
  const cut = cutTo(pieces.filter((piece) => piece !== "VersionHolder"))
  return (study: unknown) => JSON.stringify(cut(study))
}
const [listed, whole] = [cutter(censusPieces), cutter(detailPieces)]
const [updated, status] = [cutter(["LastUpdatePostDate"]), cutter(["OverallStatus"])]

/** The studies of a day by their ids, without the day that each of them states. */
const wholeOf = (upstream: Upstream, day: number) =>
  new Map(
    [...upstream.ids(day)].map((id) => {
      const study = upstream.study(id, day)
      const texts = {
        listed: listed(study),
        whole: whole(study),
        updated: updated(study),
        status: status(study)
      }
      return [id, texts] as const
    })
  )

describe("an upstream like ClinicalTrials.gov", () => {
  it.scopedLive("has the studies in its list that it says, on every day", () =>
    Effect.gen(function* () {
      const upstream = yield* start({ size: 230 })
      for (const day of [0, 1, 2, 3, 4]) {
        upstream.day(day)
        const pages = yield* Effect.gen(function* () {
          const { count, resolve } = yield* RegistryClient
          const { revision } = yield* resolve(null)
          return yield* Stream.runCollect(Extract.all(revision, { expected: yield* count(revision) }))
        }).pipe(Effect.provide(client(upstream.baseUrl, { pageSize: 50 })))
        const found = Chunk.toReadonlyArray(pages).flatMap(({ records }) => records.map(idIn))
        const ids = [...upstream.ids(day)]
        expect(found.toSorted()).toEqual(ids)
        expect(upstream.count(day)).toBe(ids.length)
        expect(found).not.toEqual(ids)
      }
    })
  )

  it.scopedLive("changes from day to day exactly as expected", () =>
    Effect.gen(function* () {
      const upstream = yield* start({ size: 150, reingestDay: 5, sameDate: [2] })
      const kinds = new Set<string>()
      for (const [from, to] of [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 4],
        [0, 4],
        [6, 9],
        [4, 5]
      ] as const) {
        const [before, now] = [wholeOf(upstream, from), wholeOf(upstream, to)]
        const expected = upstream.expected(from, to)
        const known = new Set([...before.keys(), ...expected.returned])
        expect([...now.keys()].filter((id) => !known.has(id))).toEqual(expected.created)
        expect([...before.keys()].filter((id) => !now.has(id))).toEqual(expected.missing)
        expect(expected.returned.every((id) => now.has(id) && !before.has(id))).toBe(true)
        for (const { id, into } of expected.merged) expect(now.get(into)?.listed).toContain(id)
        const edited = [...before].flatMap(([id, was]) => {
          const is = now.get(id)
          return is === undefined || is.whole === was.whole
            ? []
            : [{ id, silent: is.updated === was.updated, listed: is.listed !== was.listed }]
        })
        expect(expected.reingested).toBe(to === 5)
        if (to === 5) {
          // Every whole record differs, also where nothing else happened to it.
          expect(edited).toHaveLength([...before.keys()].filter((id) => now.has(id)).length)
          expect(edited.filter(({ listed }) => listed).map(({ id }) => id)).toEqual(
            expected.edited.filter(({ listed }) => listed).map(({ id }) => id)
          )
        } else expect(edited).toEqual(expected.edited)
        const unknown = [...before].flatMap(([id, was]) =>
          was.status.includes("UNKNOWN") || now.get(id)?.status.includes("UNKNOWN") !== true ? [] : [id]
        )
        expect(unknown).toEqual(expected.flipped)
        for (const { listed, silent } of expected.edited)
          kinds.add(`${silent ? "silent" : "dated"} ${listed ? "listed" : "unlisted"}`)
        for (const kind of ["created", "missing", "merged", "returned", "flipped", "unserved"] as const)
          if (expected[kind].length > 0) kinds.add(kind)
      }
      // All of it happens.
      expect([...kinds].sort()).toEqual([
        "created",
        "dated listed",
        "flipped",
        "merged",
        "missing",
        "returned",
        "silent listed",
        "silent unlisted",
        "unserved"
      ])
      expect(upstream.timestampOf(1)).toBe("2026-09-02T09:00:05")
      expect(upstream.timestampOf(2)).toBe("2026-09-02T11:00:05")
      expect(upstream.timestampOf(3)).toBe("2026-09-03T09:00:05")
    })
  )

  it.scopedLive("answers as the registry's description says", () =>
    Effect.gen(function* () {
      const upstream = yield* start({ size: 1200 })
      upstream.day(1)
      const list = "/api/v2/studies?fields=NCTId"
      const first = yield* get(upstream, `${list}&countTotal=true&pageSize=5000`)
      expect([first.ids.length, first.body.totalCount]).toEqual([1000, upstream.count(1)])
      const second = yield* get(
        upstream,
        `${list}&countTotal=true&pageSize=5000&pageToken=${first.body.nextPageToken}`
      )
      expect([second.body.totalCount, second.body.nextPageToken]).toEqual([undefined, undefined])
      expect([...first.ids, ...second.ids].sort()).toEqual([...upstream.ids(1)])
      expect((yield* get(upstream, `${list}&pageSize=0`)).ids).toHaveLength(10)
      expect((yield* get(upstream, `${list}&pageSize=1000`)).ids).not.toEqual(first.ids)
      // A token is not bound to its query.
      const other = yield* get(
        upstream,
        `/api/v2/studies?fields=BriefTitle&pageSize=3&pageToken=${first.body.nextPageToken}`
      )
      expect(other.body.studies).toHaveLength(3)
      for (const wrong of ["?fields=NCTId|Nothing", "?pageToken=x", "?pageSize=-1"]) {
        const refused = yield* get(upstream, `/api/v2/studies${wrong}`)
        expect([refused.status, refused.headers.get("content-type")]).toEqual([400, "text/plain"])
      }
      const [merged] = upstream.expected(0, 1).merged
      const alias = yield* get(upstream, `/api/v2/studies/${merged?.id}?fields=NCTId`)
      expect([alias.status, alias.headers.get("location")]).toEqual([301, `/api/v2/studies/${merged?.into}`])
      expect(idIn(JSON.parse((yield* get(upstream, `/api/v2/studies/${merged?.into}`)).text))).toBe(
        merged?.into
      )
      const gone = yield* get(upstream, "/api/v2/studies/NCT99999999")
      expect([gone.status, gone.text]).toEqual([404, expect.stringContaining("NCT99999999")])
      const long = yield* get(upstream, `${list}&filter.ids=${"NCT10000000,".repeat(700)}`)
      expect([long.status, long.headers.get("content-type")]).toEqual([414, "text/html"])
    })
  )

  it.scopedLive("renews its data amid a reading, and does with tokens what it is told", () =>
    Effect.gen(function* () {
      const upstream = yield* start({ size: 200 })
      const list = "/api/v2/studies?fields=NCTId|VersionHolder&pageSize=100"
      const version = Effect.map(
        get(upstream, "/api/v2/version"),
        ({ text }) => JSON.parse(text).dataTimestamp
      )
      const { body, ids } = yield* get(upstream, list)
      upstream.moveAt("census", 1, 1)
      upstream.moveAt("census", 3, 0)
      const next = `${list}&pageToken=${body.nextPageToken}`
      expect((yield* get(upstream, next)).status).toBe(400)
      expect(yield* version).toBe(upstream.timestampOf(1))
      upstream.tokens = "old-rows"
      const old = yield* get(upstream, next)
      expect([...ids, ...old.ids].sort()).toEqual([...upstream.ids(0)])
      expect(old.text).toContain("2026-09-01")
      upstream.day(1)
      upstream.tokens = "new-rows"
      const back = yield* get(upstream, next)
      expect([back.text.includes("2026-09-01"), yield* version]).toEqual([true, upstream.timestampOf(0)])
      upstream.day(1)
      expect((yield* get(upstream, next)).text).toContain("2026-09-02")
    })
  )

  it("is made of real studies, about as long as real ones, and a few are very long", () =>
    Effect.gen(function* () {
      const upstream = yield* start({ size: 1000 })
      const studies = [...upstream.ids(0)].map((id) => upstream.study(id, 0))
      const lengthOf = (pieces: typeof whole) =>
        studies.map((study) => pieces(study).length).toSorted((a, b) => a - b)
      const [census, details] = [lengthOf(listed), lengthOf(whole)]
      const mean = (lengths: ReadonlyArray<number>) =>
        lengths.reduce((sum, each) => sum + each, 0) / lengths.length
      expect(mean(census)).toBeGreaterThan(750)
      expect(mean(census)).toBeLessThan(900)
      expect(mean(details.slice(0, -1))).toBeGreaterThan(5500)
      expect(mean(details.slice(0, -1))).toBeLessThan(7000)
      expect(details.at(-1)).toBeGreaterThan(600_000)
    }).pipe(Effect.scoped, Effect.runPromise))
})
