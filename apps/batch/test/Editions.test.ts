import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Revision } from "trials-domain/Revision"
import { RunReport } from "trials-domain/Run"
import { RunSummary } from "trials-domain/Run"
import { afterEach, beforeEach, expect, it } from "vitest"
import { document, documents, ErrorDocument, feedOf } from "./Batch.js"
import { rows } from "./Rows.js"
import { upstreamForAll, within } from "./Within.js"

const key = "a-key"
const older = { uddi: "uddi:11111111-1111-1111-1111-111111111111", date: "20211116", rows: rows(4) }
const newer = { uddi: "uddi:22222222-2222-2222-2222-222222222222", date: "20260930", rows: rows(5) }

const started = upstreamForAll({ key, editions: [newer, older] })

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-editions-"))
  const upstream = started()
  upstream.editions.splice(0, upstream.editions.length, newer, older)
  upstream.script = () => undefined
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const trials = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>> = {}) =>
  within(args, {
    TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}`,
    ODCLOUD_SERVICE_KEY: key,
    ODCLOUD_BASE_URL: started().baseUrl,
    ODCLOUD_SPEC_URL: started().specUrl,
    ...more
  })
const sync = ["sync", "--registry", "kdca", "--init", "--json"]

const feed = async () => (await trials(["changes", "--after", "0", "--json"])).stdout

it("is counted, listed without a key, and collected page by page: the newest edition", async () => {
  const counted = await trials(["count", "--registry", "kdca", "--json"])
  expect(JSON.parse(counted.stdout)).toMatchObject({
    registry: "kdca",
    count: 5,
    revision: { id: newer.uddi }
  })
  const listed = await trials(["revisions", "--registry", "kdca", "--json"], { ODCLOUD_SERVICE_KEY: "" })
  expect(documents(Revision, listed).map(({ date, id }) => [id, date])).toEqual([
    [older.uddi, "2021-11-16"],
    [newer.uddi, "2026-09-30"]
  ])
  const synced = await trials(sync, { ODCLOUD_PAGE_SIZE: "3" })
  expect(document(RunReport, synced)).toMatchObject({
    verdict: "complete",
    revision: { id: newer.uddi, date: "2026-09-30" },
    counts: { expected: 5, created: 5 }
  })
  const nowhere = await trials([...sync, "--revision", "uddi:44444444-4444-4444-4444-444444444444"])
  expect(nowhere.exit).toBe(2)
  expect(document(ErrorDocument, nowhere).error.message).toContain("trials revisions")
})

it("an edition older than the last proven one is quarantined, unless it is named", async () => {
  expect(await trials(sync)).toMatchObject({ exit: 0 })
  const before = await feed()
  started().editions.splice(0, 2, older)
  const refused = await trials(sync)
  expect(refused.exit).toBe(3)
  expect(document(RunReport, refused)).toMatchObject({
    verdict: "quarantined",
    revision: { id: older.uddi },
    reason: { code: "older-edition" }
  })
  expect(refused.stderr).toContain(`--revision ${older.uddi}`)
  expect(await feed()).toBe(before)
  const allowed = await trials([...sync, "--dry-run", "--allow-older", "--allow-shrink"])
  expect(document(RunReport, allowed)).toMatchObject({ verdict: "unchanged", revision: { id: older.uddi } })
  const named = await trials(sync, { ODCLOUD_REVISION: older.uddi, TRIALS_SHRINK_LIMIT: "0.5" })
  expect(document(RunReport, named)).toMatchObject({ verdict: "unchanged", revision: { id: older.uddi } })
  const byOption = await trials([...sync, "--revision", older.uddi, "--allow-shrink"])
  expect(byOption.exit).toBe(0)
  started().editions.push(newer)
  const noted = await trials([...sync, "--revision", older.uddi, "--allow-shrink"])
  expect(noted.stderr).toContain(newer.uddi)
})

it("all editions make true history, and the next try continues at the one that was refused", async () => {
  const middle = { uddi: "uddi:33333333-3333-3333-3333-333333333333", date: "20230228", rows: rows(1) }
  const edited = { ...newer, rows: rows(5, (n) => (n === 0 ? { 연구범위: "단일기관" } : {})) }
  started().editions.splice(0, 1, edited)
  started().editions.push(middle)
  const all = [...sync, "--revision", "all"]
  const stopped = await trials(all)
  expect(stopped.exit).toBe(3)
  const runs = () => trials(["runs", "list", "--json"])
  const read = async () =>
    documents(RunSummary, await runs()).map(({ revision, verdict }) => [revision?.date, verdict])
  expect(await read()).toEqual([
    ["2023-02-28", "quarantined"],
    ["2021-11-16", "complete"]
  ])
  expect(await trials([...all, "--allow-shrink"])).toMatchObject({ exit: 0 })
  expect((await read()).slice(0, 2)).toEqual([
    ["2026-09-30", "complete"],
    ["2023-02-28", "unchanged"]
  ])
  const versions = feedOf(await trials(["changes", "--after", "0", "--json"])).versions
  expect(versions.map(({ editionDate, id, kind }) => [id, kind, editionDate])).toEqual([
    ...["C130001", "C130002", "C130003", "C130004"].map((id) => [id, "created", "2021-11-16"]),
    ["C130005", "created", "2026-09-30"],
    ["C130001", "edited", "2026-09-30"]
  ])
  const again = await trials(all)
  expect(again.exit).toBe(2)
  expect(again.stderr).toContain("has nothing to read")
  started().editions.splice(0, 3, middle)
  expect((await trials(all)).stderr).toContain("does not list that of run")
})

it("a pinned edition that is not the newest is reported on every run; a missing one gives exit code 2", async () => {
  const pinned = { ODCLOUD_REVISION: older.uddi }
  for (let run = 0; run < 2; run += 1) {
    const ended = await trials(sync, pinned)
    expect(ended.exit).toBe(0)
    expect(ended.stderr).toContain(newer.uddi)
    const { runId } = document(RunReport, ended)
    expect((await trials(["runs", "show", runId])).stdout).toMatch(new RegExp(`note .*${newer.uddi}`))
  }
  started().editions.splice(0, 2, newer)
  const gone = await trials(sync, pinned)
  expect(gone.exit).toBe(2)
  expect(document(ErrorDocument, gone).error).toMatchObject({ code: "gone" })
  expect(gone.stderr).toContain("ODCLOUD_REVISION")
})

it("without a list a run reads the built-in edition into an empty database, later the last proven one", async () => {
  const builtIn = { ...older, uddi: "uddi:cfc19dda-6f75-4c57-86a8-bb9c8b103887" }
  const { editions } = started()
  editions.splice(0, 2, builtIn, newer)
  started().script = ({ spec }) => (spec ? { status: 503 } : undefined)
  const first = await trials(sync)
  expect(document(RunReport, first)).toMatchObject({ verdict: "complete", revision: { id: builtIn.uddi } })
  expect(first.stderr).toMatch(/ODCLOUD_SPEC_URL.*built-in edition/)

  started().script = () => undefined
  expect(document(RunReport, await trials(sync))).toMatchObject({ revision: { id: newer.uddi } })
  started().script = ({ spec }) => (spec ? { body: "<html>" } : undefined)
  const later = await trials(sync)
  expect(document(RunReport, later)).toMatchObject({ verdict: "unchanged", revision: { id: newer.uddi } })
  expect(later.stderr).toMatch(/ODCLOUD_SPEC_URL.*last proven run/)
  const runs = documents(RunSummary, await trials(["runs", "list", "--json"]))
  expect(runs.map(({ revision }) => revision?.id)).toEqual([newer.uddi, newer.uddi, builtIn.uddi])
})

it("without a list a database filled from a file does not go back to the built-in edition", async () => {
  const { editions } = started()
  editions.splice(0, 2, { ...older, uddi: "uddi:cfc19dda-6f75-4c57-86a8-bb9c8b103887" })
  const saved = join(folder, "saved.json")
  writeFileSync(saved, JSON.stringify(rows(5)))
  expect(await trials([...sync, "--from", saved])).toMatchObject({ exit: 0 })
  const before = await feed()
  started().script = ({ spec }) => (spec ? { status: 503 } : undefined)
  expect((await trials([...sync, "--allow-shrink"])).exit).toBe(4)
  expect(await feed()).toBe(before)
})
