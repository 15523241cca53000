import { describe, expect, it } from "@effect/vitest"
import { Chunk, ConfigProvider, Duration, Effect, Stream } from "effect"
import * as Extract from "../../src/pipeline/Extract.js"
import * as CtgovConfig from "../../src/registries/ctgov/CtgovConfig.js"
import { classify } from "../../src/registries/ctgov/CtgovFault.js"
import { RegistryClient } from "../../src/registries/RegistryClient.js"
import { client, idIn, start } from "./CtgovPortal.js"

const asked = Effect.gen(function* () {
  const requests = yield* RegistryClient
  const { revision } = yield* requests.resolve(null)
  return { ...requests, revision }
})

describe("the client of ClinicalTrials.gov", () => {
  it.scopedLive("names the state of the data by its timestamp", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      yield* Effect.gen(function* () {
        const { dataTimestamp, resolve, revisionAt, revisions } = yield* RegistryClient
        const revision = { id: "2026-09-01T09:00:05", date: "2026-09-01", title: null }
        expect(yield* resolve(null)).toEqual({ revision, how: "newest", notes: [] })
        expect(yield* revisions).toEqual([revision])
        upstream.day(2)
        const later = yield* dataTimestamp(revision)
        expect(later).toBe("2026-09-03T09:00:05")
        expect(revisionAt?.(later ?? "")).toEqual({ id: later, date: "2026-09-03", title: null })
      }).pipe(Effect.provide(client(upstream.baseUrl)))
    })
  )

  it.scopedLive("reads the list to the empty page after a last one that is full, each page of one day", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      const pages = yield* Effect.gen(function* () {
        const { count, revision } = yield* asked
        return yield* Stream.runCollect(Extract.all(revision, { expected: yield* count(revision) }))
      }).pipe(Effect.provide(client(upstream.baseUrl)))
      const found = Chunk.toReadonlyArray(pages)
      expect(found.map(({ dataTimestamp, records }) => [records.length, dataTimestamp])).toEqual([
        [20, "2026-09-01"],
        [20, "2026-09-01"],
        [20, "2026-09-01"],
        [0, null]
      ])
      expect(found.flatMap(({ records }) => records.map(idIn)).sort()).toEqual([...upstream.ids(0)])
      const census = upstream.asked.filter(({ kind }) => kind === "census")
      expect(census.map(({ hasToken, pageSize }) => [hasToken, pageSize])).toEqual([
        [false, 20],
        [true, 20],
        [true, 20],
        [true, 20]
      ])
    })
  )

  it.scopedLive("asks for whole records by their ids, many at once in an address that is not too long", () =>
    Effect.gen(function* () {
      const upstream = yield* start({ size: 400 })
      upstream.day(1)
      const [merged] = upstream.expected(0, 1).merged
      const [unserved] = upstream.expected(0, 1).unserved
      const ids = [...upstream.ids(1)].slice(0, 199)
      yield* Effect.gen(function* () {
        const { details, revision } = yield* asked
        expect(details?.atOnce).toBe(200)
        const some = (wanted: ReadonlyArray<string>) =>
          Effect.map(
            details?.some(revision, wanted) ?? Effect.succeed({ records: [] }),
            ({ records }) => records
          )
        const found = yield* some(ids.filter((id) => id !== unserved))
        expect(found.map(idIn).sort()).toEqual(ids.filter((id) => id !== unserved))
        expect(found[0]).toEqual(upstream.study(idIn(found[0]), 1))
        // One request, since a page that is not full leads to no other.
        expect(upstream.asked.filter(({ kind }) => kind === "details")).toHaveLength(1)
        expect((yield* some([merged?.id ?? ""])).map(idIn)).toEqual([merged?.into])
        expect(yield* some([unserved ?? "", "NCT99999999"])).toEqual([])
        expect(yield* some([])).toEqual([])
      }).pipe(Effect.provide(client(upstream.baseUrl)))
      expect(Math.max(...upstream.asked.map(({ length }) => length))).toBeLessThan(7 * 1024)
      expect(Math.max(...upstream.asked.map(({ length }) => length))).toBeGreaterThan(3000)
      const far = yield* Effect.provide(RegistryClient, client(`http://127.0.0.1:1/${"x".repeat(4000)}`))
      expect(far.details?.atOnce).toBeGreaterThan(50)
      expect(far.details?.atOnce).toBeLessThan(200)
    })
  )

  it.scopedLive("says who asks, and takes answers in gzip", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      const { records } = yield* Effect.flatMap(asked, ({ page, revision }) => page(revision, null, 20)).pipe(
        Effect.provide(client(upstream.baseUrl))
      )
      expect(records).toHaveLength(20)
      for (const { acceptEncoding, userAgent } of upstream.asked) {
        expect(userAgent).toMatch(/^trials \(\+https:\/\/github\.com\/.+\)$/)
        expect(acceptEncoding).toContain("gzip")
      }
    })
  )

  it.scopedLive("says of a token that is no longer accepted that nobody need change anything", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      upstream.moveAt("census", 2, 1)
      yield* Effect.gen(function* () {
        const { page, revision } = yield* asked
        const { next } = yield* page(revision, null, 20)
        const error = yield* Effect.flip(page(revision, next, 20))
        expect(error).toMatchObject({ reason: "request", status: 400, mayPass: false, wantsPerson: false })
        expect(error.message).toContain("renewed its data")
        upstream.tokens = "new-rows"
        expect((yield* page(revision, next, 20)).dataTimestamp).toBe("2026-09-02")
        upstream.tokens = "old-rows"
        expect((yield* page(revision, next, 20)).dataTimestamp).toBe("2026-09-01")
      }).pipe(Effect.provide(client(upstream.baseUrl)))
    })
  )

  it.scopedLive("waits as it is told to, and goes on after faults that pass", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      const faults = [
        { status: 429, headers: { "retry-after": "1" } },
        { status: 200, body: "<html>busy</html>", headers: { "content-type": "text/html" } },
        { status: 404, body: "<html>", headers: { "content-type": "text/html" } },
        { cut: true, body: '{"studies":[{"protocolSection":' }
      ]
      upstream.script = ({ nth }) => faults[nth - 1]
      const began = Date.now()
      const count = yield* Effect.flatMap(RegistryClient, ({ count, revisionAt }) =>
        count(revisionAt?.("2026-09-01") ?? { id: "", date: null, title: null })
      ).pipe(Effect.provide(client(upstream.baseUrl)))
      expect(count).toBe(60)
      expect(upstream.asked).toHaveLength(5)
      expect(Date.now() - began).toBeGreaterThanOrEqual(995)
    })
  )

  const study = (n: number, day = "2026-09-01") => ({
    protocolSection: { identificationModule: { nctId: `NCT0000000${n}` } },
    derivedSection: { miscInfoModule: { versionHolder: day } }
  })
  const json = JSON.stringify

  it.scopedLive("refuses a page that is not what was asked for", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      yield* Effect.gen(function* () {
        const { count, details, page, revision } = yield* asked
        for (const [body, told] of [
          ["{}", "documented form"],
          ["[]", "documented form"],
          [json({ studies: {} }), "documented form"],
          [json({ studies: [], totalCount: -1 }), "documented form"],
          [json({ studies: [], nextPageToken: "" }), "documented form"],
          [json({ studies: [study(1), study(2), study(3)] }), "holds 3 studies"],
          [json({ studies: [study(1)], nextPageToken: "here" }), "leads to itself"],
          [`{"studies":[],"studies":[${json(study(1))}]}`, "says studies twice"]
        ] as const) {
          upstream.script = () => ({ body })
          const error = yield* Effect.flip(page(revision, "here", 2))
          expect([body, error.reason, error.message]).toEqual([
            body,
            "malformed",
            expect.stringContaining(told)
          ])
        }
        upstream.script = () => ({ body: json({ studies: [study(1)] }) })
        expect((yield* Effect.flip(count(revision))).message).toContain("how many studies")
        upstream.script = () => ({ body: json({ studies: [study(1)], nextPageToken: "more" }) })
        const endless = yield* Effect.flip(details?.some(revision, ["NCT00000001"]) ?? Effect.succeed(null))
        expect(endless.reason).toBe("malformed")
        let pages = 0
        upstream.script = () => ({
          body: json({ studies: [study(1)], nextPageToken: `more${(pages += 1)}` })
        })
        const ever = yield* Effect.flip(details?.some(revision, ["a", "b", "c"]) ?? Effect.succeed(null))
        expect([ever.reason, pages]).toEqual(["malformed", 7])
      }).pipe(Effect.provide(client(upstream.baseUrl)))
    })
  )

  it.scopedLive("takes a study that comes because one of the ids was once its own", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      yield* Effect.gen(function* () {
        const { details, revision } = yield* asked
        upstream.script = ({ hasToken }) => ({
          body: hasToken
            ? json({ studies: [study(4)] })
            : json({ studies: [study(1), study(2), study(3)], nextPageToken: "more" })
        })
        const found = yield* (
          details?.some(revision, ["NCT00000001", "NCT00000002"]) ?? Effect.succeed({ records: [] })
        )
        expect(found.records.map(idIn)).toEqual([1, 2, 3, 4].map((n) => `NCT0000000${n}`))
      }).pipe(Effect.provide(client(upstream.baseUrl)))
    })
  )

  it.scopedLive("drops what it did not ask for, as people, wherever it comes", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      const only = {
        ...study(1),
        protocolSection: {
          ...study(1).protocolSection,
          contactsLocationsModule: { locations: [{ country: "Italy" }, {}] }
        }
      }
      const more = {
        ...only,
        protocolSection: {
          ...only.protocolSection,
          contactsLocationsModule: {
            centralContacts: [{ name: "A Person" }],
            overallOfficials: [{ name: "A Person" }],
            locations: [{ country: "Italy", contacts: [{ name: "A Person" }] }, { facility: "A Person's" }]
          }
        },
        resultsSection: { pointOfContact: { title: "A Person" } }
      }
      yield* Effect.gen(function* () {
        const { details, page, revision } = yield* asked
        upstream.script = () => ({ body: json({ studies: [more] }) })
        const whole = yield* details?.some(revision, ["NCT00000001"]) ?? Effect.succeed({ records: [] })
        expect(whole.records).toEqual([only])
        expect((yield* page(revision, null, 20)).records).toEqual([only])
      }).pipe(Effect.provide(client(upstream.baseUrl)))
    })
  )

  it.scopedLive("states a day only where all studies of a page do, and keys that a study has twice", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      yield* Effect.gen(function* () {
        const { details, page, revision } = yield* asked
        for (const [studies, day] of [
          [[study(1), study(2)], "2026-09-01"],
          [[study(1), study(2, "2026-09-02")], null],
          [[study(1), {}], null],
          [[study(1, "2026-02-30")], null],
          [[], undefined]
        ] as const) {
          upstream.script = () => ({ body: json({ studies }) })
          expect((yield* page(revision, null, 20)).dataTimestamp).toBe(day)
        }
        upstream.script = ({ hasToken }) => ({
          body: hasToken
            ? '{"studies":[{"hasResults":false},{"a":{"b":1,"b":2}}]}'
            : '{"studies":[{"hasResults":true,"hasResults":false}],"nextPageToken":"more"}'
        })
        expect(yield* details?.some(revision, ["a", "b", "c"]) ?? Effect.succeed(null)).toEqual({
          records: [{ hasResults: false }, { hasResults: false }, {}],
          repeatedKeys: [
            { row: 0, key: "hasResults" },
            { row: 2, key: "b" }
          ]
        })
      }).pipe(Effect.provide(client(upstream.baseUrl)))
    })
  )

  it.each([
    [400, "`fields` parameter has unknown value", "request", false],
    [403, "<html>Forbidden</html>", "key", false],
    [404, "NCT number NCT00000001 not found", "gone", false],
    [404, "Not Found", "server", true],
    [404, "<html>NCT00000001</html>", "server", true],
    [414, "<html>URI Too Long</html>", "request", false],
    [429, "", "quota", true],
    [500, "", "server", true],
    [502, "<html>", "server", true],
    [200, "<html>", "server", true],
    [200, '{"studies":[', "network", true],
    [200, "{}", "malformed", false]
  ])("takes status %s with %j for %s", (status, body, reason, passing) => {
    expect(classify({ status, body })).toMatchObject({ reason, passing })
  })

  const configured = (settings: Readonly<Record<string, string>>) =>
    Effect.flatMap(asked, ({ count, revision }) => count(revision)).pipe(
      Effect.provide(CtgovConfig.layer),
      Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(settings))))
    )

  it.scopedLive(
    "asks once a second if no setting says otherwise, and refuses settings that mean nothing",
    () =>
      Effect.gen(function* () {
        const { baseUrl } = yield* start()
        const [took, count] = yield* Effect.timed(configured({ CTGOV_BASE_URL: baseUrl }))
        expect(count).toBe(60)
        expect(Duration.toMillis(took)).toBeGreaterThanOrEqual(990)
        for (const [name, value] of [
          ["CTGOV_PAGE_SIZE", "1001"],
          ["CTGOV_PAGE_SIZE", "0"],
          ["CTGOV_REQUESTS_PER_SECOND", "0"],
          ["CTGOV_REQUESTS_PER_SECOND", "fast"],
          ["CTGOV_BASE_URL", "clinicaltrials.gov"]
        ] as const) {
          const error = yield* Effect.flip(configured({ CTGOV_BASE_URL: baseUrl, [name]: value }))
          expect(String(error)).toContain(name)
        }
      })
  )
})
