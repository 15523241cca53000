import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { ApiServer } from "../src/ApiServer.js"
import { sampleApi, temporaryFolder } from "./Harness.js"
import { blocks, readmes, root } from "./Markdown.js"

/** The strictest options that a user may set, without the types of Node. */
const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable"],
  module: "NodeNext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  types: [],
  outDir: "out"
}

/** Runs Node and returns what it printed. If it fails, the test fails with its error. */
const node = (folder: string, args: ReadonlyArray<string>) =>
  Effect.promise(() =>
    promisify(execFile)(process.execPath, args, { cwd: folder, timeout: 120_000 }).then(
      ({ stderr, stdout }) => ({ code: 0, stdout, stderr }),
      ({ code, stderr, stdout }) => ({ code, stdout, stderr })
    )
  )

/** The example in a Markdown file that contains a text. */
const example = (markdown: string, having: string): string => {
  const found = blocks(markdown, "ts").find((code) => code.includes(having))
  if (found === undefined) throw new Error(`${markdown} has no example with ${having}`)
  return found
}

const long = process.env["TRIALS_FAULTS"] === "long"

const local = "http://localhost:3000"
const contractExample = (having: string): string => example("packages/trials-contract/README.md", having)

/** The script of a user who has only the package. Its wrong lines must not compile. */
const script = (url: string) => `
import type { Open, Problem, StudyType, Trial, TrialSummary, TrialVersion } from "trials-contract"
import { createTrialsClient, type StrictTrialsClient, type TrialsClient } from "trials-contract/client"
import { lenient, strict } from "trials-contract/validate"

const client: TrialsClient = createTrialsClient(${JSON.stringify(url)}, { fetch })
const strictClient: StrictTrialsClient = createTrialsClient(${JSON.stringify(url)}, { validate: strict })
const lenientClient: TrialsClient = createTrialsClient(${JSON.stringify(url)}, { validate: lenient })
const any: ReadonlyArray<TrialsClient> = [client, strictClient, lenientClient]

const page = await client.trials.list({ query: { studyType: "observational", sort: "id", limit: 2 } })
// @ts-expect-error -- not before it is known that the answer is a page
page.body.items
if (page.status !== 200) {
  const problem: Problem = page.body
  throw new Error(problem.detail)
}
const titles: ReadonlyArray<string> = page.body.items.map((trial) => trial.title)
const months: number | null | undefined = page.body.items[0]?.durationMonths
// @ts-expect-error -- a trial has no such field
page.body.items[0]?.nickname

// What is undefined is not sent.
const q: string | undefined = titles[5]
const rest = await client.trials.list({
  query: { q, studyType: "observational", sort: "id", limit: "2", cursor: page.body.nextCursor ?? "" }
})
const params = { registry: "kdca", id: "C130010" }
const one = await client.trials.get({ params, query: {} })
const none = await client.trials.get({ params: { registry: "kdca", id: "none" } })
const refusal: string | null = none.status === 404 ? none.body.detail : null
const feed = await client.changes.list({ query: { kind: "created", after: 140 } })
const next = feed.status === 200 ? feed.body.nextAfter : "0"
const later = await client.changes.list({ query: { after: next } })
const gone = await client.changes.list({ query: { after: "5000:abc123" } })
const counts = await Promise.all(any.map((each) => each.orThrow.registries.list().then(({ items }) => items.length)))

const open = await client.orThrow.trials.get({ params })
const closed = await strictClient.orThrow.trials.get({ params })
const studyType: StudyType | null = closed.studyType
const trial: Trial = closed
const summaries: ReadonlyArray<TrialSummary> = (await strictClient.orThrow.trials.recent()).items
const versions: ReadonlyArray<Open<TrialVersion>> = (await client.orThrow.trials.history({ params })).items
const either: ReadonlyArray<Open<Trial>> = [open, closed]
const newer: typeof open.studyType = "adaptive"

export const misuses = [
  // @ts-expect-error -- no such filter
  () => client.trials.list({ query: { colour: "red" } }),
  // @ts-expect-error -- a filter of another type
  () => client.trials.list({ query: { q: 1 } }),
  // @ts-expect-error -- no such order
  () => client.trials.list({ query: { sort: "title" } }),
  // @ts-expect-error -- no such kind
  () => client.changes.list({ query: { kind: "vanished" } }),
  // @ts-expect-error -- a path has both of its parameters
  () => client.trials.get({ params: { registry: "kdca" } }),
  // @ts-expect-error -- a diff has two ends
  () => client.trials.diff({ params, query: { from: 1 } }),
  // @ts-expect-error -- a trial is asked for by its id
  () => client.trials.get(),
  // @ts-expect-error -- there is nothing to ask
  () => client.registries.list({ query: {} }),
  // @ts-expect-error -- no such question
  () => client.trials.delete({ params }),
  // @ts-expect-error -- the client only reads
  () => client.trials.list({ fetchOptions: { method: "POST" } }),
  // @ts-expect-error -- 410 is of the feed alone
  () => none.status === 410,
  // @ts-expect-error -- strict has no other code
  (): typeof closed.studyType => "adaptive",
  // @ts-expect-error -- without strict a code may be any
  (): StudyType | null => open.studyType,
  // @ts-expect-error -- nor is the trial one of closed codes
  (): Trial => open,
  // @ts-expect-error -- lenient does not close them
  (): StrictTrialsClient => createTrialsClient("", { validate: lenient }),
  // @ts-expect-error -- nor does a strict that may be undefined
  (): StrictTrialsClient => createTrialsClient("", { validate: titles.length > 9 ? strict : undefined }),
  // @ts-expect-error -- no such option
  () => createTrialsClient("", { fetcher: fetch }),
  // @ts-expect-error -- fetch gives a response
  () => createTrialsClient("", { fetch: async () => "" })
]
export const uses = [studyType, trial, summaries, versions, either, newer]

console.log(
  JSON.stringify({
    titles,
    months,
    total: page.body.total.value,
    counts,
    next: rest.status === 200 && rest.body.items.map(({ id }) => id),
    one: one.status === 200 && one.body.leadInstitution,
    refusal,
    feed: feed.status === 200 && feed.body.items.map(({ seq }) => seq),
    later: later.status === 200 && later.body.items.length,
    gone: gone.status === 410 && gone.body.errors?.[0]?.parameter
  })
)
`

it.scopedLive(
  "the client in its own project and the examples of the READMEs compile and run as they stand",
  () =>
    Effect.gen(function* () {
      const { url } = yield* ApiServer
      const folder = yield* temporaryFolder
      const files = {
        "client.ts": script(url),
        "readme-client.ts": example("README.md", "createTrialsClient").replace(local, url),
        "readme-contract.ts": contractExample("page.body.detail").replace(local, url),
        "readme-iterating.ts": contractExample("feed(").replace(local, url),
        "readme-keeping.ts": contractExample("memoryStore()").replace(local, url),
        "clients.ts": example("docs/clients.md", "retries()").replace(local, url),
        "readme-throwing.ts": contractExample("TrialsClientError").replace(local, url),
        "readme-strict.ts": contractExample("strict").replace(local, url),
        "readme-mock.ts": contractExample("createMock"),
        "readme-library.ts": `${example("packages/trials-domain/README.md", "Sync.run(")}
console.log(JSON.stringify(report))
`,
        "readme-steps.ts": `${example("packages/trials-domain/README.md", "Extract.all(")}
const one = [...trials].find(({ id }) => id === "C130010")
console.log(JSON.stringify({ trials: [...trials].length, C130010: one?.content.durationMonths }))
`
      }
      // Each example has a file: none is left out. These packages run their own.
      const others = readmes.filter(
        (file) => !/trials-(?:answers|database|export|mcp|release)|web/.test(file)
      )
      const all = [...others, "docs/clients.md"].flatMap((file) => blocks(file, "ts"))
      expect(Object.keys(files).length - 1).toBe(all.length)
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
      writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
      const names = Object.keys(files)
      const projects = {
        all: { skipLibCheck: true, files: names },
        // What the client declares holds by itself. This compiles the declarations of all of Effect, so it is of the long form.
        ...(long
          ? { client: { skipLibCheck: false, files: names.filter((name) => !/library|steps/.test(name)) } }
          : {})
      }
      for (const [name, { files, skipLibCheck }] of Object.entries(projects)) {
        const config = { compilerOptions: { ...compilerOptions, skipLibCheck }, files }
        writeFileSync(join(folder, `${name}.json`), JSON.stringify(config))
      }
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction")

      const compiler = join(root, "node_modules/typescript/bin/tsc")
      const compiled = yield* Effect.forEach(
        Object.keys(projects),
        (name) => node(folder, [compiler, "-p", `${name}.json`]),
        { concurrency: "unbounded" }
      )
      for (const each of compiled) expect(each).toEqual({ code: 0, stdout: "", stderr: "" })

      const run = (name: string) => node(folder, [join("out", `${name}.js`)])
      const client = yield* run("client")
      expect(client).toMatchObject({ code: 0, stderr: "" })
      expect(JSON.parse(client.stdout)).toEqual({
        titles: [expect.stringContaining("급성심근경색"), expect.stringContaining("Lymphoma")],
        months: 6,
        total: 100,
        counts: [1, 1, 1],
        next: ["C100003", "C100004"],
        one: "서울아산병원",
        refusal: "No trial none of the registry kdca is known here.",
        feed: [141, 142, 143, 144, 145],
        later: 0,
        gone: "after"
      })

      const readme = yield* run("readme-client")
      expect(readme).toMatchObject({ code: 0, stderr: "" })
      expect(readme.stdout.trim().split("\n")).toHaveLength(5)
      expect(readme.stdout).toMatch(/^C\d{6} .*한국인/)

      const contract = yield* run("readme-contract")
      expect(contract).toMatchObject({ code: 0, stderr: "" })
      expect(contract.stdout).toMatch(/^C\d{6} .*치매/)

      const clients = yield* run("clients")
      expect(clients).toMatchObject({ code: 0, stderr: "" })
      expect(clients.stdout.match(/^C\d{6} .*치매/gm)).toHaveLength(4)

      const iterating = yield* run("readme-iterating")
      expect(iterating).toMatchObject({ code: 0, stderr: "" })
      expect(iterating.stdout).toMatch(/^(?:C\d{6} .*\n)+145:[0-9a-z]{6}\n$/)

      const printed = (name: string) => Effect.map(run(name), ({ stderr, stdout }) => [stdout, stderr])
      expect(yield* printed("readme-keeping")).toEqual(["first 200\nsecond 200\n", ""])
      expect(yield* printed("readme-throwing")).toEqual([
        "서울아산병원\n404 No trial C999999 of the registry kdca is known here.\n",
        ""
      ])
      expect(yield* printed("readme-strict")).toEqual(["C130010 관찰연구\n", ""])
      expect(yield* printed("readme-mock")).toEqual(["200 503\n1\n", ""])

      const library = yield* run("readme-library")
      expect(library).toMatchObject({ code: 0, stderr: "" })
      const report = library.stdout.trim().split("\n").at(-1) ?? ""
      expect(JSON.parse(report)).toMatchObject({
        verdict: "complete",
        counts: { expected: 145, created: 145 }
      })

      const steps = yield* run("readme-steps")
      expect(steps).toMatchObject({ code: 0, stderr: "" })
      expect(JSON.parse(steps.stdout)).toEqual({ trials: 145, C130010: 36 })
    }).pipe(Effect.provide(sampleApi)),
  120_000
)
