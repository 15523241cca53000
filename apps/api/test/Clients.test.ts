import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile, spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { ApiServer } from "../src/ApiServer.js"
import { sampleApi, temporaryFolder } from "./Harness.js"
import { blocks } from "./Markdown.js"

const page = "docs/clients.md"

/** Whether a tool of the page is here. */
const works = (command: string, ...args: ReadonlyArray<string>) => spawnSync(command, args).status === 0
const tools = {
  curl: works("curl", "--version"),
  python3: works("python3", "--version"),
  R: works("Rscript", "-e", "library(httr2); library(jsonlite)"),
  duckdb: works("duckdb", "--version")
}
const missing = Object.entries(tools).flatMap(([name, here]) => (here ? [] : [name]))

const run = (folder: string, command: string, ...args: ReadonlyArray<string>) =>
  Effect.async<string>((resume) => {
    execFile(command, args, { cwd: folder, timeout: 60_000 }, (error, stdout, stderr) =>
      resume(Effect.sync(() => (expect([args, error, stderr]).toEqual([args, null, stderr]), stdout)))
    )
  })

const lines = blocks(page, "sh").flatMap((block) => block.trim().split("\n"))
const [list = "", feed = ""] = blocks(page, "python")
const [frame = ""] = blocks(page, "r")

// Consumer.test.ts compiles and runs the one in TypeScript.
it.scopedLive.skipIf(process.platform === "win32")(
  `the snippets for other languages do what they are for${missing.length === 0 ? "" : ` (not run: ${missing.join(", ")})`}`,
  () =>
    Effect.gen(function* () {
      const { url } = yield* ApiServer
      const folder = yield* temporaryFolder
      const here = (text: string) => text.replaceAll("http://localhost:3000", url)
      const script = (name: string, text: string) => {
        writeFileSync(join(folder, name), here(text))
        return name
      }

      const printed: Array<string> = []
      for (const line of lines.filter((each) => tools[each.startsWith("duckdb ") ? "duckdb" : "curl"]))
        printed.push(yield* run(folder, "sh", "-c", here(line)))
      if (tools.curl) {
        const [search = "", changes = "", recent = ""] = printed
        expect(JSON.parse(search).items).toHaveLength(4)
        expect(
          changes
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line).seq)
        ).toEqual([1, 2, 3, 4, 5])
        expect(JSON.parse(recent).items).toHaveLength(5)
        expect(JSON.parse(readFileSync(join(folder, "trials.json"), "utf8")).items).toHaveLength(100)
        expect(readFileSync(join(folder, "changes.ndjson"), "utf8").trim().split("\n")).toHaveLength(145)
      }
      if (tools.duckdb) expect(printed.slice(-2).join()).toMatch(/created.*145.*multi-center.*80/s)

      if (tools.python3) {
        const found = yield* run(folder, "python3", script("list.py", list))
        expect(found.match(/^C\d{6} .*치매/gm)).toHaveLength(4)
        const follow = script("feed.py", feed)
        const first = yield* run(folder, "python3", follow)
        expect(first.trim().split("\n")).toHaveLength(145)
        expect(readFileSync(join(folder, "after.txt"), "utf8")).toMatch(/^145:[0-9a-z]{6}$/)
        // Nothing is new the next time.
        expect(yield* run(folder, "python3", follow)).toBe("")
      }
      if (tools.R) expect(yield* run(folder, "Rscript", script("frame.R", frame))).toMatch(/C150009/)
    }).pipe(Effect.provide(sampleApi)),
  120_000
)

it("the page has a snippet for each tool that it names", () => {
  expect([blocks(page, "ts").length, blocks(page, "python").length, blocks(page, "r").length]).toEqual([
    1, 2, 1
  ])
  for (const line of lines) expect(line).toMatch(/^(?:curl|duckdb) /)
  // No snippet asks for more than a page.
  for (const text of [
    ...blocks(page, "ts"),
    list,
    feed,
    frame,
    ...lines.filter((line) => line.startsWith("curl"))
  ])
    expect(text).toMatch(/limit[=:"]|"limit"| -d limit=|limit = /)
})
