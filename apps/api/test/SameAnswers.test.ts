import * as NodeContext from "@effect/platform-node/NodeContext"
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Random, TestClock } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { dump } from "trials-domain/Dump"
import * as OdcloudReplay from "trials-domain/registries/kdca/OdcloudReplay"
import * as Remap from "trials-domain/Remap"
import type { SyncOptions } from "trials-domain/Sync"
import {
  type Engine,
  seeded,
  startOfTime,
  syncFrom,
  syntheticRegistry,
  SyntheticUpstream,
  writeSide
} from "trials-domain/testing"
import { body, type Row } from "../../batch/test/Rows.js"
import { postgres, sqlite } from "trials-testkit/Engines"
import { letters, nights } from "trials-testkit/Nights"
import { type Answered, apiAt, ask, registries, sampleFile, temporaryFolder } from "./Harness.js"

const synth = syntheticRegistry()
const known = [...registries, synth]

interface Edition {
  readonly name: string
  readonly rows: ReadonlyArray<unknown>
  readonly options?: SyncOptions
}

const withTitles = (rows: ReadonlyArray<Row>, title: (n: number) => string): ReadonlyArray<Row> =>
  rows.map((row, n) => (n < letters.length ? { ...row, 과제명: title(n) } : row))

const strange: Row = {
  과제번호: "한글/ä ?%#",
  과제명: "'; DROP TABLE trials; -- \u0000 <b>\u001b[31m \u2028 \"\\ 😀",
  진료과: "%",
  연구책임기관: "_",
  연구종류: "중재연구",
  "임상시험단계(연구모형)": "Phase 2/Phase 3",
  연구범위: "ﬁ",
  연구기간: "-",
  전체목표연구대상자수: "2147483648"
}

/** The sample, and what may happen to it: edited, gone and back, read wrongly, or not read at all. */
const editions = (): ReadonlyArray<Edition> => {
  const sample: ReadonlyArray<Row> = JSON.parse(readFileSync(sampleFile, "utf8")).data
  const edited = withTitles(sample, (n) => `${letters[n]} ${letters[n + 1] ?? ""}${letters[n]}`)
  const fewer = [...edited.filter((row) => row["과제번호"] !== "C130010"), strange]
  const unreadable = {
    ...strange,
    과제번호: "unreadable",
    과제명: null
  }
  return [
    { name: "20260901.json", rows: sample },
    { name: "20260902.json", rows: edited },
    { name: "20260903.json", rows: fewer },
    { name: "20260904.json", rows: fewer },
    { name: "half.json", rows: sample.slice(0, 70) },
    { name: "rejected.json", rows: [...fewer, unreadable], options: { limits: { reject: 0.01 } } },
    { name: "too many rejected.json", rows: [...fewer, unreadable] },
    { name: "dry.json", rows: sample, options: { dryRun: true } },
    { name: "20260905.json", rows: [...sample, strange] }
  ]
}

/** Runs one night after the other for both registries, at the same instants and with the same ids on every engine. */
const fill = (folder: string) =>
  Effect.gen(function* () {
    const upstream = new SyntheticUpstream(synth, [], 50)
    upstream.dataTimestamp = "2026-11-01"
    const made = nights(seeded(11))
    const verdicts: Array<string | null> = []
    for (const [n, { name, options, rows }] of editions().entries()) {
      const file = join(folder, name)
      writeFileSync(file, body(rows))
      const replay = Layer.orDie(Layer.provide(OdcloudReplay.layer(file), NodeContext.layer))
      verdicts.push((yield* syncFrom({ layer: () => replay }, options)).verdict)
      upstream.records = made[n] ?? upstream.records
      yield* syncFrom(upstream, { limits: { allowShrink: true } })
      yield* TestClock.adjust("1 day")
    }
    yield* Remap.run(synth)
    return verdicts
  })

interface Asked {
  readonly path: string
  readonly method?: string
  readonly headers?: Record<string, string>
}

const withQuery = (path: string, query: Record<string, string>): string =>
  `${path}?${new URLSearchParams(query)}`

const sorts = ["-updatedAt", "updatedAt", "id"]

const nasty = [...letters.filter((letter) => letter.trim() !== ""), "%", "한", "국인", "연구", "DROP TABLE"]

const coded: ReadonlyArray<Record<string, string>> = [
  { studyType: "observational" },
  { studyType: "중재연구" },
  { studyType: "unknown" },
  { phase: "2" },
  { phase: "Phase 2/Phase 3" },
  { phase: "early-1" },
  { observationalModel: "코호트" },
  { observationalModel: "case-only" },
  { scope: "국내다기관" },
  { scope: "ﬁ" },
  { registry: "kdca" },
  { registry: "synth" },
  { registry: "nope" },
  { updatedSince: "2026-11-02T00:00:00Z" },
  { updatedSince: "2026-11-02T09:00:00.001+09:00" },
  { department: "CARDIOLOGY", title: "한국인" },
  { institution: "대학교" },
  { q: "cohort", missing: "true" }
]

const trialsToRead = [
  "kdca/C130010",
  "kdca/C100001",
  "kdca/C150004",
  `kdca/${encodeURIComponent("한글/ä ?%#")}`,
  "kdca/unreadable",
  "synth/C130010"
]

const refused = [
  "/v1/trials?limit=0",
  "/v1/trials?limit=xxx",
  "/v1/trials?nope=1",
  "/v1/trials?sort=title",
  "/v1/trials?q=",
  "/v1/trials?q=a&q=b",
  "/v1/trials?cursor=nonsense",
  "/v1/trials?updatedSince=yesterday",
  "/v1/trials?missing=maybe",
  "/v1/trials?q=%ff",
  "/v1/trials?q=%00",
  "/v1/trials/recent?days=366",
  "/v1/trials/recent?sort=id",
  "/v1/changes?after=-1",
  "/v1/changes?kind=vanished",
  "/v1/changes?silent=maybe",
  "/v1/identifiers/%2d",
  "/v1/trials/kdca/nope/related",
  "/v1/changes?field=nope",
  "/v1/trials/kdca/C130010/diff",
  "/v1/trials/kdca/C130010/diff?from=1&to=99",
  "/v1/trials/kdca/C130010?asOf=2001-01-01T00:00:00Z",
  "/v1/trials/kdca/C130010?asOf=2026-11-31T00:00:00Z",
  "/v1/runs?cursor=nonsense",
  "/v1/runs/nope",
  "/v1/registries/nope/quality",
  "/v1/registries?limit=1",
  "/v1/nothing",
  "/V1/trials"
]

/** Every request except the later pages of lists and the runs by their ids. */
const requests = (): ReadonlyArray<Asked> => {
  const paths = [
    ...sorts.flatMap((sort) =>
      ["true", "false"].map((missing) => withQuery("/v1/trials", { sort, missing, limit: "60" }))
    ),
    ...nasty.map((q) => withQuery("/v1/trials", { q, limit: "100", missing: "true" })),
    ...nasty.map((title) => withQuery("/v1/trials", { title, sort: "id", limit: "100" })),
    ...nasty.map((department) => withQuery("/v1/trials", { department, sort: "updatedAt", limit: "70" })),
    ...coded.map((filter) => withQuery("/v1/trials", { ...filter, limit: "80" })),
    ...["1", "3", "7", "8", "9", "10", "365"].map((days) =>
      withQuery("/v1/trials/recent", { days, limit: "90" })
    ),
    ...coded.map((filter) => withQuery("/v1/trials/recent", { ...filter, days: "8", limit: "100" })),
    ...trialsToRead.flatMap((trial) => [
      `/v1/trials/${trial}`,
      `/v1/trials/${trial}/history`,
      `/v1/trials/${trial}/history?limit=1`,
      `/v1/trials/${trial}/related`,
      `/v1/identifiers/${trial.split("/").at(-1)}`,
      `/v1/trials/${trial}/diff?from=1&to=2`,
      `/v1/trials/${trial}/diff?from=2&to=1`,
      ...[1, 2, 3, 4, 8, 9].map((day) =>
        withQuery(`/v1/trials/${trial}`, { asOf: `2026-11-0${day}T00:00:00Z` })
      )
    ]),
    "/v1/changes",
    "/v1/changes?limit=1000",
    "/v1/changes?after=145&limit=60",
    "/v1/changes?after=2147483647",
    ...["created", "edited", "remapped", "disappeared", "reappeared"].map(
      (kind) => `/v1/changes?kind=${kind}`
    ),
    ...["title", "department", "conditions", "enrollment", "hasResults"].map(
      (field) => `/v1/changes?field=${field}&limit=40`
    ),
    "/v1/changes?registry=synth&kind=edited&field=title&limit=1000",
    "/v1/registries",
    "/v1/registries/kdca/quality",
    "/v1/registries/synth/quality",
    "/v1/runs?limit=100",
    "/v1/runs?limit=4",
    "/v1/runs?registry=kdca&limit=4",
    "/healthz",
    "/readyz",
    ...refused
  ]
  return [
    ...paths.map((path) => ({ path })),
    ...paths.filter((path) => path.startsWith("/v1/changes")).map((path) => ({ path, ...asNdjson })),
    ...paths.filter((_, n) => n % 11 === 0).map((path) => ({ path, method: "HEAD" })),
    { path: "/v1/trials", method: "POST" },
    { path: "/v1/trials/kdca/C130010", method: "OPTIONS" }
  ]
}

// Without this header, fetch sends its own, which asks for a fresh answer.
const revalidation = { "cache-control": "max-age=0" }

const asNdjson = { headers: { accept: "application/x-ndjson" } }

const compared = ({ headers, status, text }: Answered) => ({
  status,
  type: headers.get("content-type"),
  etag: headers.get("etag"),
  length: headers.get("content-length"),
  vary: headers.get("vary"),
  caching: headers.get("cache-control"),
  nextAfter: headers.get("x-next-after"),
  allow: headers.get("allow"),
  text
})

/** The requests that a list's answer leads to: its next page, each run, and once the same list with its ETag. */
const followed = ({ path, ...asked }: Asked, { body, headers, status }: Answered): ReadonlyArray<Asked> => {
  if (status !== 200 || body === undefined) return []
  const next = body.nextCursor == null ? [] : [`${path.replace(/&cursor=.*/, "")}&cursor=${body.nextCursor}`]
  const runs =
    path === "/v1/runs?limit=100"
      ? body.items.map(({ runId }: { readonly runId: string }) => `/v1/runs/${runId}`)
      : []
  const again =
    asked.headers === undefined && path === "/v1/trials?sort=id&missing=true&limit=60"
      ? [{ path, headers: { ...revalidation, "if-none-match": headers.get("etag") ?? "" } }]
      : []
  return [...[...next, ...runs].map((each) => ({ path: each })), ...again]
}

/** A filled database of an engine, and the API over it. */
const served = (engine: Engine) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(startOfTime)
    const database = yield* engine.database
    const folder = yield* temporaryFolder
    const verdicts = yield* Effect.provide(fill(folder), writeSide(database))
    const whole = yield* Effect.provide(dump(true), database.reader)
    const api = yield* Layer.build(apiAt(database.url, { known }))
    return {
      verdicts,
      whole,
      ask: ({ path, ...init }: Asked) => Effect.provide(ask(path, init), api)
    }
  }).pipe(Effect.withRandom(Random.make("the same ids")))

it.scoped(
  "SQLite and PostgreSQL hold the same dump after the same runs, ledger and all, and give equal bytes to every request",
  () =>
    Effect.gen(function* () {
      const here = yield* served(sqlite)
      const there = yield* served(postgres)
      expect(there.verdicts).toEqual(here.verdicts)
      expect(here.whole.split("\n").length).toBeGreaterThan(500)
      expect(there.whole).toBe(here.whole)
      expect(here.verdicts).toEqual([
        "complete",
        "complete",
        "complete",
        "complete",
        "quarantined",
        "unchanged",
        "quarantined",
        "complete",
        "complete"
      ])
      const statuses = new Map<number, number>()
      const queue = [...requests()]
      for (let request = queue.shift(); request !== undefined; request = queue.shift()) {
        const [one, other] = yield* Effect.all([here.ask(request), there.ask(request)], { concurrency: 2 })
        expect({ request, ...compared(other) }).toEqual({ request, ...compared(one) })
        statuses.set(one.status, (statuses.get(one.status) ?? 0) + 1)
        queue.push(...followed(request, one))
      }
      const given = Object.fromEntries(statuses)
      expect(given).toMatchObject({ 204: 1, 304: 1, 405: 1 })
      expect(given[200]).toBeGreaterThan(200)
      expect(given[400]).toBeGreaterThan(10)
      expect(given[404]).toBeGreaterThan(10)
      expect(given[500]).toBeUndefined()
      expect(given[503]).toBeUndefined()
    }),
  120_000
)
