import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { statSync } from "node:fs"
import { dirname } from "node:path"
import type { Asked, Scripted } from "trials-domain/testing/OdcloudUpstream"
import { afterEach, beforeEach, describe } from "vitest"
import { limited } from "./Batch.js"
import { encoded, expectHidden, filesOf, key, leaks } from "./Canary.js"
import { rows } from "./Rows.js"
import * as Scenario from "./Scenario.js"
import { empty, type Store } from "./Stores.js"
import { type Told, upstreamForAll, within } from "./Within.js"

const edition = Scenario.edition(1, rows(6))

const started = upstreamForAll({ key, editions: [edition] })

/** Whether the request is for a page of two rows after the first page. */
const later = ({ page, perPage, spec }: Asked): boolean => !spec && perPage > 1 && page > 1

beforeEach(() => {
  const upstream = started()
  upstream.asked.length = 0
  upstream.script = () => undefined
  edition.rows = rows(6)
})

// The key goes to the registry's API and nowhere else.
afterEach(() => {
  for (const { authorization, spec } of started().asked) {
    expect([spec, authorization]).toEqual([spec, spec ? null : `Infuser ${key}`])
  }
})

const sync = [...Scenario.sync, "--init"]

const settings = (configured: string, url: string) => ({
  TRIALS_DATABASE_URL: url,
  TRIALS_LOG_LEVEL: "debug",
  ODCLOUD_SERVICE_KEY: configured,
  ODCLOUD_BASE_URL: started().baseUrl,
  ODCLOUD_SPEC_URL: started().specUrl,
  ODCLOUD_PAGE_SIZE: "4"
})

const spoken = ({ spans, stderr, stdout }: Told) => ({ stdout, stderr, spans })

const codeOf = ({ stdout }: Pick<Told, "stdout">): string | undefined => {
  const told = JSON.parse(stdout)
  return told.error?.code ?? told.reason?.code
}

const folderOf = ({ url }: Store): string => dirname(url.slice("sqlite:".length))

/** A database file, and `trials` on it. Everything that it says and leaves is searched for the key. */
const searched = (configured: string) =>
  Effect.map(empty.SQLite, (store) => {
    const folder = folderOf(store)
    const trials = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
      Effect.promise(async () => {
        const told = await within(args, { ...settings(configured, store.url), ...more })
        expectHidden({ ...spoken(told), ...filesOf(folder) })
        return told
      })
    return { folder, store, trials }
  })

/** Answers the later pages with this, and searches the files of the run at that moment. */
const scriptLater = (folder: string, scripted: Scripted | undefined) => {
  const seen = new Set<string>()
  started().script = (asked) => {
    if (!later(asked)) return undefined
    const files = filesOf(folder)
    expectHidden(files)
    for (const name of Object.keys(files)) seen.add(name)
    return scripted
  }
  return seen
}

const as = (store: Store, statement: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement)).pipe(
    Effect.provide(store.writer),
    Effect.orDie
  )

/** Ends the connections to a server's database, and refuses new ones. */
const closeTo = (server: Store, { url }: Store) =>
  Effect.gen(function* () {
    const name = new URL(url).pathname.slice(1)
    yield* as(server, `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`)
    yield* as(server, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`)
  })

const echo = JSON.stringify({ code: -1, msg: `your key was ${key}, or ${encoded}` })

type Failure = readonly [name: string, scripted: Scripted, code: string, exit: number]

// A host cannot hold all characters of a key.
const plain = key.replace(/[^a-z+=]/gi, "-")

/** Hosts that hold the key, as an address shows it. */
const hosts = {
  plain,
  "in capitals": plain.toUpperCase(),
  "percent-encoded": encoded,
  "encoded twice": encodeURIComponent(encoded),
  "split by dots": `${plain.replace(/[^a-z]+/gi, ".")}.example`,
  "in part": `x-${plain.slice(12)}.example`
}

const pageWith = (row: Readonly<Record<string, string>>): Scripted => ({
  rows: rows(2, (n) => (n === 0 ? row : {})),
  total: 6
})

const failures: ReadonlyArray<Failure> = [
  ["500s", { status: 500, body: echo }, "server", 4],
  ["a drip", { body: echo, drip: true }, "timeout", 4],
  // The limit is 64 MiB.
  ["too many bytes", { body: echo.padEnd(65 * 1024 * 1024, key) }, "too-large", 4],
  ["a body that is not a page", { body: JSON.stringify({ [key]: encoded }) }, "malformed", 4],
  ["a page cut off", { body: echo, cut: true }, "network", 4],
  ["HTML", { body: `<html>${key}</html>` }, "server", 4],
  [
    "a redirect",
    {
      status: 302,
      headers: { location: `http://${encoded}:${encoded}@127.0.0.1:1/${encoded}?k=${encoded}#${encoded}` }
    },
    "redirect",
    4
  ],
  ...Object.entries(hosts).map(([name, host]): Failure => [
    `a redirect to a host with the key ${name}`,
    { status: 302, headers: { location: `${host.includes("%") ? "other" : "https"}://${host}/` } },
    "redirect",
    4
  ]),
  ["a page with the key as a column", pageWith({ [key]: "x" }), "malformed", 4],
  ["a page with the key as an id", pageWith({ 과제번호: encoded }), "malformed", 4],
  ["a page with a part of the key in a title", pageWith({ 과제명: `연구 ${key.slice(10)}` }), "malformed", 4],
  ["429s", { status: 429, headers: { "retry-after": key }, body: echo.replace("-1", "-10") }, "quota", 4],
  ["a refusal of the key", { status: 401, body: echo.replace("-1", "-401") }, "key", 2]
]

describe("the search itself", () => {
  const around = (text: string) => ["", "a", "ab", "abc"].map((before) => `${before}${text}${before}`)
  const base64 = (text: string) => around(text).map((each) => Buffer.from(each).toString("base64"))
  it.each([
    key,
    encoded,
    encoded.replace(/%../g, (hex) => hex.toLowerCase()),
    JSON.stringify({ key }),
    JSON.stringify({ key }).replaceAll("/", "\\/"),
    ...base64(key),
    ...base64(encoded),
    ...base64(`Infuser ${key}`),
    ...around(key).map((each) => Buffer.from(each).toString("base64url")),
    `its letters in a host: ${key.toLowerCase().replace(/[^a-z]+/g, ".")}`,
    `the beginning alone: ${key.slice(0, -10)}`,
    `the end alone: ${key.slice(10)}`
  ])("finds %s", (text) => {
    expect(leaks(`before ${text} after`)).not.toEqual([])
  })
})

describe.each([
  ["as it is", key],
  ["in its encoded spelling", encoded]
])("a key configured %s is never shown by", { timeout: 60_000 }, (_, configured) => {
  it.scopedLive.each(failures)("%s on a later page", ([, scripted, code, exit]) =>
    Effect.gen(function* () {
      const { folder, trials } = yield* searched(configured)
      const seen = scriptLater(folder, scripted)
      const told = yield* trials(
        sync,
        scripted.drip === true ? { TRIALS_UPSTREAM_DEADLINE: "3 seconds" } : {}
      )
      expect([codeOf(told), told.exit]).toEqual([code, exit])
      expect(told.spans).toContain("HttpRegistry.request")
      // The key was also searched for in the middle of the run, where a page is staged.
      expect([...seen]).toEqual(
        expect.arrayContaining(["trials.db", "trials.db-wal", "trials.db.staging", "trials.db.staging-wal"])
      )
    })
  )

  it.scopedLive("runs that load, and the commands that show them", () =>
    Effect.gen(function* () {
      const { folder, trials } = yield* searched(configured)
      scriptLater(folder, undefined)
      expect(JSON.parse((yield* trials(sync)).stdout)).toMatchObject({ verdict: "complete" })
      edition.rows = rows(6, (n) => (n === 1 ? { 연구범위: "단일기관" } : {}))
      const { runId, verdict } = JSON.parse((yield* trials(sync)).stdout)
      expect(verdict).toBe("complete")
      for (const args of [
        ["count", "--registry", "kdca"],
        ["revisions", "--registry", "kdca"],
        ["sync", "--registry", "kdca", "--dry-run"],
        ["runs", "show", runId],
        ["remap"],
        ["verify"]
      ]) {
        expect([args, (yield* trials(args)).exit]).toEqual([args, 0])
      }
    })
  )

  it.scopedLive("a list of editions that repeats it", () =>
    Effect.gen(function* () {
      const { trials } = yield* searched(configured)
      const summary = `${key}_20260930`
      const body = JSON.stringify({ paths: { [`/3074271/v1/${edition.uddi}`]: { get: { summary } } } })
      started().script = ({ spec }) => (spec ? { body } : undefined)
      const listed = yield* trials(["revisions", "--registry", "kdca", "--json"])
      expect([codeOf(listed), listed.exit]).toEqual(["malformed", 4])
    })
  )

  it.scopedLive("a quarantined run", () =>
    Effect.gen(function* () {
      const { folder, trials } = yield* searched(configured)
      scriptLater(folder, undefined)
      edition.rows = rows(6).map(({ 연구범위: _, ...row }) => row)
      const told = yield* trials(sync)
      expect([codeOf(told), told.exit]).toEqual(["columns-missing", 3])
    })
  )

  it.scopedLive("a run that finds another one running", () =>
    Effect.gen(function* () {
      const { store, trials } = yield* searched(configured)
      expect((yield* trials(sync)).exit).toBe(0)
      yield* as(
        store,
        "UPDATE leases SET holder = 'elsewhere/1:1:1-a', expires_at = '9999-01-01T00:00:00.000Z'"
      )
      const told = yield* trials(sync)
      expect([codeOf(told), told.exit]).toEqual(["lease-held", 5])
    })
  )

  it.scopedLive("a database that does not answer", () =>
    Effect.gen(function* () {
      const { trials } = yield* searched(configured)
      const told = yield* trials(sync, { TRIALS_DATABASE_URL: "postgres://user:password@127.0.0.1:1/trials" })
      expect([codeOf(told), told.exit]).toEqual(["refused", 6])
    })
  )

  it.scopedLive("a database that is lost during a run, and one that a run fills", () =>
    Effect.gen(function* () {
      const store = yield* empty.PostgreSQL
      const server = yield* empty.PostgreSQL
      const trials = ({ url }: Store) => Effect.promise(() => within(sync, settings(configured, url)))
      let lost: Promise<boolean> | undefined
      let isLost = false
      started().script = (asked) => {
        if (!later(asked) || isLost) return undefined
        lost ??= Effect.runPromise(closeTo(server, store)).then(() => (isLost = true))
        // Every try of this page fails until the connections are gone.
        return { status: 503, delay: 2000 }
      }
      const told = yield* trials(store)
      expect(told.exit).toBe(6)
      expect(JSON.parse(told.stdout)).toHaveProperty("error")
      const filled = yield* trials(server)
      expect(filled.exit).toBe(0)
      const database = JSON.stringify(yield* as(server, "SELECT database_to_xml(true, true, '')"))
      expect(database).toContain("C130006")
      for (const texts of [spoken(told), spoken(filled), { database }]) expectHidden(texts)
    })
  )

  it.scopedLive("a run that is stopped, during its load and after it", () =>
    Effect.gen(function* () {
      const store = yield* empty.SQLite
      const batch = yield* Scenario.batch(settings(configured, store.url))
      yield* Effect.promise(async () => {
        const going = batch.start(sync, { TRIALS_FAILPOINT: "load.page:1:pause" })
        await going.says("failpoint")
        const during = filesOf(folderOf(store))
        expect(during["trials.db.staging-wal"]).toContain("C130006")
        going.child.kill("SIGTERM")
        going.wake()
        const { code, stderr, stdout } = await going.ended
        expect(code).toBe(143)
        expect(stderr).toContain(" debug ")
        for (const texts of [{ stdout, stderr }, during, filesOf(folderOf(store)), filesOf(batch.folder)]) {
          expectHidden(texts)
        }
      })
    })
  )

  it.scopedLive("a full disk", () =>
    Effect.gen(function* () {
      const { folder, store, trials } = yield* searched(configured)
      expect((yield* trials(sync)).exit).toBe(0)
      edition.rows = rows(2000)
      const batch = yield* Scenario.batch({ ...settings(configured, store.url), ODCLOUD_PAGE_SIZE: "1000" })
      const room = Math.ceil(statSync(store.url.slice("sqlite:".length)).size / 512) + 100
      const ended = yield* Effect.promise(() => batch.run(sync, {}, limited(room)))
      expect([ended.code, ["full", "io"].includes(codeOf(ended) ?? "")]).toEqual([6, true])
      const { stderr, stdout } = ended
      for (const texts of [{ stdout, stderr }, filesOf(folder), filesOf(batch.folder)]) expectHidden(texts)
    })
  )
})
