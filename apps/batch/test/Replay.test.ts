import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { RunReport } from "trials-domain/Run"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { document, ErrorDocument } from "./Batch.js"
import { body, rows } from "./Rows.js"
import { within } from "./Within.js"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-replay-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Writes these files, then reads what was saved under a name. */
const sync = (
  from: string,
  files: Readonly<Record<string, string | Uint8Array>> = {},
  ...more: ReadonlyArray<string>
) => {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return within(["sync", "--registry", "kdca", "--init", "--json", "--from", join(folder, from), ...more], {
    TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}`
  })
}

const all = rows(25)
const page = (n: number, total = all.length): string => body(all.slice((n - 1) * 10, n * 10), total)
const whole = body(all)
const bytes = Buffer.from(whole)

const oneBad = Buffer.from(bytes)
oneBad[bytes.indexOf("연구")] = 0xff
// "한국인" in CP949.
const cp949 = Buffer.concat([
  Buffer.from('[{"과제명":"', "ascii"),
  Buffer.from("c7d1b1b9c0ce", "hex"),
  Buffer.from('"}]')
])
const utf16 = Buffer.from(`\ufeff${whole}`, "utf16le")

type Files = Readonly<Record<string, string | Uint8Array>>
type Refused = readonly [what: string, from: string, files: Files, told: ReadonlyArray<string>]

const refused: ReadonlyArray<Refused> = [
  ["a body with one bad byte", "a.json", { "a.json": oneBad }, ["a.json", "UTF-8"]],
  ["a body in CP949", "a.json", { "a.json": cp949 }, ["a.json", "UTF-8", "CP949"]],
  ["a body in UTF-16", "a.json", { "a.json": utf16 }, ["a.json", "UTF-8", "UTF-16"]],
  ["one page of three", "a.json", { "a.json": page(1) }, ["10 of 25 rows", "perPage=25"]],
  [
    "a folder without a page",
    "p",
    { "p/1.json": page(1), "p/3.JSON": page(3) },
    ["p: it holds 15 of 25 rows"]
  ],
  [
    "a page that says more than it holds",
    "a.json",
    { "a.json": whole.replace(":25", ":26") },
    ["says 26 rows"]
  ],
  ["a page with a code of failure", "a.json", { "a.json": whole.replace("{", '{"code":-4,') }, ["an error"]],
  ["a body cut off", "a.json", { "a.json": whole.slice(0, -20) }, ["cut off"]],
  [
    "pages of two totals",
    "p",
    { "p/1.json": page(1), "p/2.json": page(2, 24), "p/3.json": page(3) },
    ["2.json", "24 rows in all", "1.json of 25"]
  ],
  [
    "a page twice",
    "p",
    { "p/1.json": page(1), "p/2.json": page(2), "p/4.json": page(2) },
    ["4.json", "2.json"]
  ],
  ["a row too many", "p", { "p/1.json": whole, "p/2.json": page(3) }, ["holds 30 rows", "25 in all"]],
  ["a folder of other files", "p", { "p/1.txt": whole }, ["no page"]]
]

describe("a saved read is refused, and nothing is loaded, if it is", () => {
  it.each(refused)("%s", async (_, from, files, told) => {
    const ended = await sync(from, files)
    expect(ended.exit).toBe(2)
    const { code, message } = document(ErrorDocument, ended).error
    expect(code).toBe("file")
    for (const each of told) expect(message).toContain(each)
    // An unreadable file does not create a database.
    expect(
      (await within(["runs", "list"], { TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}` })).exit
    ).toBe(2)
  })
})

it("a folder is read completely, whatever the case of its names, and other files in it are named", async () => {
  const ended = await sync("pages", {
    "pages/page-1.json": page(1),
    "pages/page-2.JSON": page(2),
    "pages/page-10.json": page(3),
    "pages/page-11.json": body([], all.length),
    "pages/.DS_Store": "x",
    "pages/._page-1.json": "x",
    "pages/page-3.txt": "x"
  })
  expect(ended.exit).toBe(0)
  expect(document(RunReport, ended).counts).toMatchObject({ expected: 25, created: 25 })
  expect(ended.stderr).toContain("not read were page-3.txt.")
})

it("a byte order mark of UTF-8 is not part of a body, and bare rows need no count", async () => {
  expect(document(RunReport, await sync("a.json", { "a.json": `\ufeff${whole}` })).verdict).toBe("complete")
  const bare = await sync("b", {
    "b/1.json": JSON.stringify(all.slice(0, 10)),
    "b/2.json": JSON.stringify(all.slice(10))
  })
  expect(document(RunReport, bare)).toMatchObject({ verdict: "unchanged", counts: { unchanged: 25 } })
})

it("a file older than what was loaded is quarantined, unless it is allowed", async () => {
  const edited = body(rows(25, (n) => (n === 0 ? { 연구범위: "단일기관" } : {})))
  const files = { "20260930.json": edited, "kdca-2021-11-16.json": whole }
  expect((await sync("20260930.json", files)).exit).toBe(0)
  const older = await sync("kdca-2021-11-16.json")
  expect(older.exit).toBe(3)
  expect(document(RunReport, older)).toMatchObject({
    verdict: "quarantined",
    reason: { code: "older-edition" }
  })
  expect(older.stderr).toMatch(/kdca-2021-11-16\.json is of 2021-11-16.*--allow-older/)
  // A file without a date says nothing of how old it is, and changes nothing about the others.
  expect((await sync("undated.json", { "undated.json": edited })).exit).toBe(0)
  expect((await sync("kdca-2021-11-16.json")).exit).toBe(3)
  const allowed = await sync("kdca-2021-11-16.json", {}, "--allow-older")
  expect(document(RunReport, allowed)).toMatchObject({ verdict: "complete", counts: { edited: 1 } })
})

it("an id on two saved pages may hide one that none holds, so nothing is loaded", async () => {
  const ended = await sync("p", {
    "p/1.json": page(1),
    "p/2.json": body([...all.slice(10, 20), ...all.slice(0, 5)], all.length)
  })
  expect(ended.exit).toBe(2)
  const { code, message } = document(ErrorDocument, ended).error
  expect(code).toBe("file")
  expect(message).toContain("5 of 25 records came twice")
  expect(message).toContain("save the list as one response")
  expect(await lastRun()).toMatchObject({ verdict: "failed", reason: { code: "file" } })
})

/** What the ledger says of the last run. */
const lastRun = async () => {
  const [run] = await runs()
  return run ?? {}
}

const runs = async (): Promise<ReadonlyArray<Record<string, unknown>>> => {
  const environment = { TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}` }
  const listed = await within(["runs", "list", "--json"], environment)
  const ids = listed.stdout
    .trim()
    .split("\n")
    .map((line) => String(JSON.parse(line).runId))
  return Promise.all(
    ids.map(async (id) => JSON.parse((await within(["runs", "show", id, "--json"], environment)).stdout))
  )
}

it("one saved response is one state, in however many pieces it is read; saved pages have a proof of their own", async () => {
  const many = [...rows(1500), ...rows(3)]
  expect((await sync("a.json", { "a.json": body(many) })).exit).toBe(0)
  expect(await lastRun()).toMatchObject({
    proof: "one-response",
    dataTimestamp: null,
    findings: [{ code: "record-repeated", count: 3 }]
  })
  const half = { "p/1.json": body(many.slice(0, 700), 1500), "p/2.json": body(many.slice(700, 1500), 1500) }
  expect((await sync("p", half)).exit).toBe(0)
  expect(await lastRun()).toMatchObject({ proof: "saved-pages", dataTimestamp: null, notes: [] })
  expect(
    (
      await sync("p", {
        "p/2.json": JSON.stringify(rows(1500).slice(700)),
        "p/1.json": JSON.stringify(rows(700))
      })
    ).exit
  ).toBe(0)
  expect(await lastRun()).toMatchObject({
    proof: "saved-pages",
    notes: [expect.stringContaining("p states no total")]
  })
})

it("a record nested without end is rejected, and a key that comes twice in a record is a finding", async () => {
  const nested = `${"[".repeat(5000)}${"]".repeat(5000)}`
  const deep = body(all).replace('{"과제번호":', `{"비고":${nested},"과제번호":`)
  const ended = await sync("deep.json", { "deep.json": deep })
  expect(ended.exit).toBe(3)
  expect(document(RunReport, ended).reason).toMatchObject({
    code: "too-many-rejected",
    examples: [expect.stringMatching(/^C\d{6}: the record is nested more than 100 levels deep$/)]
  })
  const twice = body(all).replace('{"과제번호":', '{"연구범위":"단일기관","과제번호":')
  expect((await sync("twice.json", { "twice.json": twice })).exit).toBe(0)
  expect(await lastRun()).toMatchObject({
    findings: [{ code: "key-repeated", count: 1, examples: [{ value: "연구범위" }] }]
  })
})
