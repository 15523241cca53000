import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { copyFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { promisify } from "node:util"
import { ApiServer } from "../src/ApiServer.js"
import { sampleApi, sampleFile, temporaryFolder } from "./Harness.js"
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
  // The declarations of @ts-rest/core refer to zod 3, which a client neither needs nor has.
  skipLibCheck: true,
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

const local = "http://localhost:3000"
const clientExample = (markdown: string): string => example(markdown, `createTrialsClient("${local}")`)

/** The script of a user who has only the package. Its wrong lines must not compile. */
const script = (url: string) => `
import { createTrialsClient, type Problem, type TrialsClient } from "trials-contract"

const client: TrialsClient = createTrialsClient(${JSON.stringify(url)})

const page = await client.trials({ query: { studyType: "observational", sort: "id", limit: 2 } })
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

const rest = await client.trials({
  query: { studyType: "observational", sort: "id", limit: "2", cursor: page.body.nextCursor ?? "" }
})
const one = await client.trial({ params: { registry: "kdca", id: "C130010" }, query: {} })
const none = await client.trial({ params: { registry: "kdca", id: "none" } })
const refusal: string | null = none.status === 404 ? none.body.detail : null
const feed = await client.changes({ query: { kind: "created", after: 140 } })
const next = feed.status === 200 ? feed.body.nextAfter : "0"
const later = await client.changes({ query: { after: next } })
const gone = await client.changes({ query: { after: "5000:abc123" } })

export const misuses = [
  // @ts-expect-error -- no such filter
  () => client.trials({ query: { colour: "red" } }),
  // @ts-expect-error -- a filter of another type
  () => client.trials({ query: { q: 1 } }),
  // @ts-expect-error -- no such order
  () => client.trials({ query: { sort: "title" } }),
  // @ts-expect-error -- no such kind
  () => client.changes({ query: { kind: "vanished" } }),
  // @ts-expect-error -- a path has both of its parameters
  () => client.trial({ params: { registry: "kdca" } }),
  // @ts-expect-error -- a diff has two ends
  () => client.trialDiff({ params: { registry: "kdca", id: "C130010" }, query: { from: 1 } }),
  // @ts-expect-error -- no such question
  () => client.deleteTrial({ params: { registry: "kdca", id: "C130010" } })
]

console.log(
  JSON.stringify({
    titles,
    months,
    total: page.body.total.value,
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
        "readme-client.ts": clientExample("README.md").replace(local, url),
        "readme-contract.ts": clientExample("packages/trials-contract/README.md").replace(local, url),
        "readme-library.ts": `${example("packages/trials-domain/README.md", "Sync.run(")}
console.log(JSON.stringify(report))
`,
        "readme-steps.ts": `${example("packages/trials-domain/README.md", "Extract.all(")}
const one = [...trials].find(({ id }) => id === "C130010")
console.log(JSON.stringify({ trials: [...trials].length, C130010: one?.content.durationMonths }))
`
      }
      // Each example has a file: none is left out.
      expect(Object.keys(files).length - 1).toBe(readmes.flatMap((file) => blocks(file, "ts")).length)
      for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
      writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: Object.keys(files) })
      )
      copyFileSync(sampleFile, join(folder, "kdca.json"))
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction")

      const compiled = yield* node(folder, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."])
      expect(compiled).toEqual({ code: 0, stdout: "", stderr: "" })

      const run = (name: string) => node(folder, [join("out", `${name}.js`)])
      const client = yield* run("client")
      expect(client).toMatchObject({ code: 0, stderr: "" })
      expect(JSON.parse(client.stdout)).toEqual({
        titles: [expect.stringContaining("급성심근경색"), expect.stringContaining("Lymphoma")],
        months: 6,
        total: 100,
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
