import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { type Engine, seeded } from "trials-domain/testing"
import { postgres, sqlite } from "trials-testkit/Engines"
import { body, rows } from "../../batch/test/Rows.js"
import { type Answered, apiAt, ask, syncAt, temporaryFolder } from "./Harness.js"

const long = process.env["TRIALS_FAULTS"] === "long"
const nights = long ? 100 : 15

const random = seeded(16)
const some = (below: number): number => Math.floor(random() * below)

/** What a registry lists, edited a little every night: some nights nothing, some nights a trial is gone or back. */
const edited = (titles: ReadonlyArray<string>): ReadonlyArray<string> =>
  titles.map((title, n) => {
    const chance = random()
    if (chance < 0.9) return title
    return chance < 0.92 && n > 5 ? "" : `한국인 코호트 연구 ${n} ${"가나다라마바사"[some(7)]}${some(100)}`
  })

const editionOf = (titles: ReadonlyArray<string>): string =>
  body(
    rows(titles.length, (n) => ({
      과제명: titles[n] ?? "",
      진료과: n % 3 === 0 ? "Neurology" : "Cardiology"
    })).filter((row) => row["과제명"] !== "")
  )

const trial = () => `/v1/trials/kdca/C${130_001 + some(8)}`

const questions = (): ReadonlyArray<string> => [
  "/v1/trials",
  "/v1/trials?limit=20&sort=-updatedAt",
  "/v1/trials?sort=-updatedAt&missing=false",
  `/v1/trials?q=${encodeURIComponent("코호트")}&department=neurology&limit=5`,
  `/v1/trials?department=neurology&q=${encodeURIComponent("코호트")}&limit=5`,
  "/v1/trials/recent?days=3&limit=50",
  trial(),
  `${trial()}?asOf=${encodeURIComponent(new Date(Date.now() - some(3000)).toISOString())}`,
  `${trial()}/history?limit=2`,
  `${trial()}/diff?from=1&to=1`,
  `${trial()}/related`,
  `/v1/identifiers/C${130_001 + some(40)}`,
  `/v1/changes?limit=5&after=${some(60)}`,
  "/v1/registries",
  "/v1/registries/kdca/quality",
  "/v1/runs?limit=3"
]

// Two APIs are asked one after the other.
const timeless = (text: string): string => text.replace(/"(ageSeconds|countedAgeSeconds)":\d+/g, "")

const said = ({ headers, status, text }: Answered, path: string) => ({
  path,
  status,
  text: timeless(text),
  publication: headers.get("x-publication"),
  ...(path === "/v1/registries" ? {} : { etag: headers.get("etag") })
})

const kept = (engine: Engine, restores: boolean) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const file = join(folder, "trials.db")
    const url = restores ? `sqlite:${file}` : (yield* engine.database).url
    const edition = join(folder, "edition.json")
    const keeping = yield* Layer.build(apiAt(url))
    const other = yield* Layer.build(apiAt(url))
    const without = yield* Layer.build(apiAt(url, { cacheBytes: 0 }))
    /** What each tag of an address has stood for, whatever became of the database. */
    const told = new Map<string, string>()
    const tags = new Map<string, string>()

    const look = Effect.gen(function* () {
      for (const path of questions().filter(() => long || random() < 0.4)) {
        const truth = yield* Effect.provide(ask(path), without)
        expect([path, truth.status]).toEqual([path, expect.toBeOneOf([200, 404, 410])])
        for (const api of [keeping, keeping, other]) {
          expect(said(yield* Effect.provide(ask(path), api), path)).toEqual(said(truth, path))
        }
        const before = tags.get(path)
        if (before !== undefined) {
          for (const api of [keeping, without]) {
            const again = yield* Effect.provide(ask(path, { headers: { "if-none-match": before } }), api)
            // The ages of registries have moved on.
            if (path === "/v1/registries") expect(again.status).toBe(200)
            else if (again.status === 304)
              expect([path, told.get(`${path} ${before}`)]).toEqual([path, truth.text])
          }
        }
        const tag = truth.headers.get("etag")
        if (tag === null) continue
        tags.set(path, tag)
        const key = `${path} ${tag}`
        expect([key, told.get(key) ?? truth.text]).toEqual([key, truth.text])
        told.set(key, truth.text)
      }
    })

    let titles: ReadonlyArray<string> = Array.from({ length: 40 }, (_, n) => `한국인 코호트 연구 ${n}`)
    for (let night = 0; night < nights; night += 1) {
      writeFileSync(edition, editionOf(titles))
      yield* syncAt(url, edition, { limits: { allowShrink: true } })
      yield* look
      if (restores && night % 5 === 2) {
        yield* Effect.provide(
          Effect.flatMap(SqlClient.SqlClient, (sql) => sql`VACUUM INTO ${join(folder, "copy.db")}`),
          Database.layerWriter({ url: Redacted.make(url) })
        )
      }
      if (restores && night % 5 === 3) {
        // The next night repeats the numbers of this one's publications.
        for (const beside of ["-wal", "-shm"]) rmSync(`${file}${beside}`, { force: true })
        renameSync(join(folder, "copy.db"), file)
        // That is how long an API may read from the old one.
        yield* Effect.sleep("1100 millis")
      }
      titles = random() < 0.1 ? titles : edited(titles)
    }
    const metrics = yield* Effect.provide(ask("/metrics"), keeping)
    expect(metrics.text).toMatch(/^trials_http_cache_looks_total\{found="true"\} [1-9]\d/m)
  })

describe(`${nights} nights: what is kept is what would be read, and a tag stands for one answer`, () => {
  it.scopedLive("SQLite, with older copies brought back", () => kept(sqlite, true), 600_000)
  it.scopedLive.runIf(long)("PostgreSQL", () => kept(postgres, false), 600_000)
})
