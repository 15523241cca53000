import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile, spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer, type Server } from "node:http"
import type { AddressInfo } from "node:net"
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
const [ask = "", list = "", feed = ""] = blocks(page, "python")
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
        const [back = "", edits = "", counts = "", history = "", ...rest] = printed
        expect(JSON.parse(back).items.map(({ seq }: { readonly seq: number }) => seq)).toEqual(
          JSON.parse(back)
            .items.map(({ seq }: { readonly seq: number }) => seq)
            .toSorted((a: number, b: number) => b - a)
        )
        expect([JSON.parse(back).items.length, JSON.parse(edits).items]).toEqual([5, []])
        expect(JSON.parse(counts).kinds).toEqual([{ value: "created", count: 145 }])
        expect(history).toMatch(/^registry,id,version,.*\r\nkdca,C130010,1,/)
        const [search = "", changes = "", recent = ""] = rest
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
        script("trials_api.py", ask)
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

/** A server that refuses whoever asks for an address first, and the seconds for which it asks to wait. */
const busy = (retryAfter: number) =>
  Effect.acquireRelease(
    Effect.async<{
      readonly server: Server
      readonly asked: Map<string, Array<number>>
      readonly url: string
    }>((resume) => {
      const asked = new Map<string, Array<number>>()
      const server = createServer(({ url = "" }, response) => {
        const times = [...(asked.get(url) ?? []), Date.now()]
        asked.set(url, times)
        response.writeHead(times.length === 1 ? 429 : 200, { "retry-after": String(retryAfter) })
        response.end(JSON.stringify({ items: [], nextCursor: null, nextAfter: "0" }))
      }).listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo
        resume(Effect.succeed({ server, asked, url: `http://127.0.0.1:${port}` }))
      })
    }),
    ({ server }) => Effect.sync(() => server.close())
  )

it.scopedLive.skipIf(process.platform === "win32")("the snippets wait where the API is busy", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const script = (name: string, text: string, url: string) =>
      writeFileSync(join(folder, name), text.replaceAll("http://localhost:3000", url))
    const { asked, url } = yield* busy(1)
    if (tools.python3) {
      script("trials_api.py", ask, url)
      script("list.py", list, url)
      script("feed.py", feed, url)
      for (const name of ["list.py", "feed.py"]) yield* run(folder, "python3", name)
    }
    if (tools.curl)
      for (const line of lines.filter((each) => each.includes("--retry")))
        yield* run(folder, "sh", "-c", line.replaceAll("http://localhost:3000", url))
    for (const [address, [first = 0, second = 0, ...more]] of asked)
      expect([address, second - first > 900, more]).toEqual([address, true, []])
    expect(asked.size).toBe((tools.python3 ? 2 : 0) + (tools.curl ? 3 : 0))
    if (!tools.python3) return
    const closed = yield* busy(3600)
    script("trials_api.py", ask, closed.url)
    script(
      "once.py",
      "import trials_api\ntry: trials_api.ask('/')\nexcept TimeoutError as error: print(error)",
      closed.url
    )
    expect(yield* run(folder, "python3", "once.py")).toBe("The API asks to wait 3600 seconds.\n")
  })
)

it("the page has a snippet for each tool that it names", () => {
  expect([blocks(page, "ts").length, blocks(page, "python").length, blocks(page, "r").length]).toEqual([
    1, 3, 1
  ])
  for (const line of lines) expect(line).toMatch(/^(?:curl|duckdb) /)
  // No snippet asks for more than a page; what has no pages is small.
  for (const text of [
    ...blocks(page, "ts"),
    list,
    feed,
    frame,
    ...lines.filter((line) => line.startsWith("curl") && !/summary|history\.csv/.test(line))
  ])
    expect(text).toMatch(/limit[=:"]|"limit"| -d limit=|limit = /)
})
