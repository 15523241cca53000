import { existsSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as delay } from "node:timers/promises"
import { Effect, Schema } from "effect"
import { RunReport } from "trials-domain/Run"
import { RunSummary } from "trials-domain/Run"
import { Trial, TrialSummary } from "trials-domain/Trial"
import { TrialVersion } from "trials-domain/TrialVersion"
import { describe, expect, it } from "vitest"
import { document, documents, ErrorDocument, feedOf, inFolder } from "./Batch.js"
import { body, rows } from "./Rows.js"
import { dumpOf } from "./Stores.js"
import { type Here, here } from "./Within.js"

const sync = (file: string, ...more: ReadonlyArray<string>) => [
  "sync",
  "--registry",
  "kdca",
  "--from",
  file,
  ...more
]

const synced = async (batch: Here, count = 5): Promise<void> => {
  const file = batch.file("body.json", body(rows(count)))
  expect((await batch.run(sync(file, "--init"))).code).toBe(0)
}

describe("trials sync", { timeout: 90_000 }, () => {
  it.concurrent(
    "collects, reports, and finds nothing new the second time",
    inFolder(async (batch) => {
      const file = batch.file("body.json", body(rows(5)))
      const first = await batch.run(sync(file, "--json"))
      expect(first.code).toBe(0)
      const report = document(RunReport, first)
      expect(report).toMatchObject({ registry: "kdca", verdict: "complete", reason: null })
      expect(report.counts).toMatchObject({ expected: 5, extracted: 5, created: 5, unchanged: 0 })
      expect(existsSync(join(batch.folder, "data", "trials.db"))).toBe(true)
      const second = await batch.run(sync(file))
      expect(second.code).toBe(0)
      expect(second.stdout).toMatch(/^unchanged {2}kdca\n/)
      expect(second.stdout).not.toContain("\u001b")
    })
  )

  it.concurrent(
    "shows an edit in history, changes, show --as-of and search",
    here(async (batch) => {
      await synced(batch)
      const edited = batch.file(
        "edited.json",
        body(rows(5, (n) => (n === 2 ? { 전체목표연구대상자수: "240" } : {})))
      )
      const run = document(RunReport, await batch.run(sync(edited, "--json")))
      expect(run.counts).toMatchObject({ edited: 1, unchanged: 4 })
      const [history, feed, table, now, before, found, people] = await Promise.all([
        batch.run(["history", "kdca", "C130003", "--json"]),
        batch.run(["changes", "--after", "5", "--json"]),
        batch.run(["changes"]),
        batch.run(["show", "kdca", "C130003", "--json"]),
        batch.run(["show", "kdca", "C130003", "--as-of", "2001-01-01"]),
        batch.run(["search", "한국인", "--department", "cardiology", "--limit", "3", "--json"]),
        batch.run(["search", "코호트", "--limit", "3"])
      ])
      expect(documents(TrialVersion, history).map(({ kind }) => kind)).toEqual(["edited", "created"])
      expect(feedOf(feed).versions).toMatchObject([
        { seq: 6, id: "C130003", changes: [{ field: "enrollmentRaw", from: "120", to: "240" }] }
      ])
      expect(table.stdout).toContain("enrollmentRaw: 120 → 240")
      expect(document(Trial, now)).toMatchObject({ id: "C130003", enrollmentRaw: "240", version: 2 })
      expect(before).toMatchObject({ code: 2, stdout: "" })
      expect(documents(TrialSummary, found).map(({ id }) => id)).toContain("C130003")
      expect(people.stdout).toContain("3 of 5 trials")
    })
  )

  it.concurrent(
    "follows the feed from its own nextAfter, and says what to do where a restored database has no such position",
    here(async (batch) => {
      const changes = (after: string) => batch.run(["changes", "--after", after, "--json"])
      await synced(batch)
      const { nextAfter, versions } = feedOf(await changes("0"))
      expect([versions.length, nextAfter]).toEqual([5, expect.stringMatching(/^5:[0-9a-z]{6}$/)])
      expect(feedOf(await changes(nextAfter))).toEqual({ versions: [], nextAfter })
      expect((await batch.run(["changes"])).stdout).toContain(`trials changes --after ${nextAfter}`)
      for (const after of ["6", "5:000000"]) {
        const gone = await changes(after)
        expect(gone.code).toBe(2)
        const { code, message } = document(ErrorDocument, gone).error
        expect([code, message]).toEqual(["gone", expect.stringMatching(/restored.*Begin again at 0/)])
      }
      for (const after of ["-1", "five", "5:", "0:000000", "2147483648"]) {
        expect(document(ErrorDocument, await changes(after)).error.code).toBe("usage")
      }
    })
  )

  it.concurrent(
    "quarantines a shrink with exit code 3, and lets it through on demand",
    here(async (batch) => {
      await synced(batch, 10)
      const half = batch.file("half.json", body(rows(5)))
      const refused = await batch.run(sync(half, "--json"))
      expect(refused.code).toBe(3)
      const report = document(RunReport, refused)
      expect(report).toMatchObject({ verdict: "quarantined", reason: { code: "shrink" } })
      expect(refused.stderr).toMatch(/^trials: quarantined: .*--allow-shrink/)
      const shown = await batch.run(["runs", "show", report.runId])
      expect(shown.stdout).toContain("--allow-shrink")
      const allowed = await batch.run(sync(half, "--allow-shrink"))
      expect(allowed.code).toBe(0)
      const every = await batch.run(["search", "--json", "--limit", "100"])
      expect(documents(TrialSummary, every)).toHaveLength(10)
    })
  )

  it.concurrent(
    "quarantines a read without one of its columns, and names the column",
    here(async (batch) => {
      await synced(batch)
      const without = rows(5).map(({ 연구범위: _, ...row }) => row)
      const ended = await batch.run(sync(batch.file("without.json", body(without))))
      expect(ended.code).toBe(3)
      expect(ended.stdout).toMatch(/^quarantined {2}kdca: .*연구범위/)
    })
  )

  it.concurrent(
    "loads a read with a column that nobody knows, and names it in the report and among the findings",
    here(async (batch) => {
      await synced(batch)
      const more = rows(6, (n) => (n === 5 ? { 비고: "새 열" } : {}))
      const ended = await batch.run(sync(batch.file("more.json", body(more))))
      expect(ended.code).toBe(0)
      expect(ended.stdout).toMatch(/note .*비고.*new and changed/)
      const url = `sqlite:${join(batch.folder, "trials.db")}`
      const dump = await Effect.runPromise(dumpOf({ url }))
      const kept = dump.split("\n").filter((line) => line.includes("비고"))
      expect(kept).toEqual([expect.stringMatching(/"trial_versions".*"C130006"/)])
      const quality = JSON.parse((await batch.run(["quality", "--registry", "kdca", "--json"])).stdout)
      expect(quality.findings).toContainEqual(
        expect.objectContaining({
          code: "column-unknown",
          field: null,
          count: 1,
          examples: [{ id: "C130006", value: "비고" }]
        })
      )
    })
  )

  it.concurrent(
    "tries everything but the load with --dry-run",
    here(async (batch) => {
      const file = batch.file("body.json", body(rows(5)))
      const dry = await batch.run(sync(file, "--init", "--dry-run", "--json"))
      expect(dry.code).toBe(0)
      expect(document(RunReport, dry).counts.created).toBe(5)
      expect((await batch.run(["search", "--json"])).stdout).toBe("")
      const listed = documents(RunSummary, await batch.run(["runs", "list", "--json"]))
      expect(listed).toHaveLength(1)
    })
  )

  it.concurrent(
    "starts no database where one is named, unless told to",
    here(async (batch) => {
      const file = batch.file("body.json", body(rows(2)))
      const refused = await batch.run(sync(file, "--json"))
      expect(refused.code).toBe(2)
      expect(document(ErrorDocument, refused).error.message).toContain("--init")
      expect(existsSync(join(batch.folder, "trials.db"))).toBe(false)
      expect((await batch.run(sync(file, "--init"))).code).toBe(0)
    })
  )

  it.concurrent(
    "says what to do if the database, the file, the key or the registry is missing",
    inFolder(async (batch) => {
      const cases = await Promise.all([
        batch.run(["runs", "list", "--json"]),
        batch.run(sync("nowhere.json", "--json")),
        batch.run(["sync", "--registry", "kdca", "--json"]),
        batch.run(["sync", "--registry", "nope", "--json"]),
        batch.run(["count", "--registry", "kdca", "--json"])
      ])
      for (const ended of cases) {
        expect(ended.code).toBe(2)
        const { message } = document(ErrorDocument, ended).error
        expect(ended.stderr).toBe(`trials: ${message}\n`)
        expect(message).not.toMatch(/\bat .*\.js|node_modules/)
      }
      expect(cases[2].stdout).toContain("ODCLOUD_SERVICE_KEY")
      expect(existsSync(join(batch.folder, "data"))).toBe(false)
    })
  )

  it.concurrent(
    "prints no report of a good run with --quiet",
    here(async (batch) => {
      const file = batch.file("body.json", body(rows(2)))
      expect(await batch.run(sync(file, "--init", "--quiet"))).toMatchObject({
        code: 0,
        stdout: "",
        stderr: ""
      })
    })
  )
})

const Fresh = Schema.Struct({
  registry: Schema.String,
  stale: Schema.Boolean,
  ageSeconds: Schema.NullOr(Schema.Number),
  countedAgeSeconds: Schema.NullOr(Schema.Number),
  maxAgeSeconds: Schema.Number,
  lastProvenAt: Schema.NullOr(Schema.String)
})

describe("checks", { timeout: 90_000 }, () => {
  it.concurrent(
    "watch tells fresh from stale, and verify, quality, remap and migrate find all well",
    here(async (batch) => {
      await synced(batch)
      // Ages are in whole seconds.
      await delay(1100)
      const watched = ["watch", "--registry", "kdca", "--json", "--max-age"]
      const [fresh, stale, setting, verify, quality, migrate] = await Promise.all([
        batch.run([...watched, "1h"]),
        batch.run([...watched, "0.001s"]),
        batch.run(["watch"], { TRIALS_STALE_AFTER: "2d" }),
        batch.run(["verify"]),
        batch.run(["quality", "--registry", "kdca"]),
        batch.run(["migrate"])
      ])
      expect(fresh.code).toBe(0)
      expect(document(Fresh, fresh)).toMatchObject({ registry: "kdca", stale: false, maxAgeSeconds: 3600 })
      expect(stale.code).toBe(7)
      expect(document(Fresh, stale).stale).toBe(true)
      expect(setting.code).toBe(0)
      expect([verify.code, quality.code, migrate.code]).toEqual([0, 0, 0])
      const remap = await batch.run(["remap", "--json"])
      expect(remap.code).toBe(0)
      expect(document(RunReport, remap)).toMatchObject({ verdict: "unchanged", counts: { remapped: 0 } })
    })
  )

  it.concurrent(
    "watch finds a registry that was never collected",
    inFolder(async (batch) => {
      expect((await batch.run(["migrate"])).code).toBe(0)
      expect((await batch.run(["watch", "--max-age", "36h"])).code).toBe(7)
    })
  )
})
