import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile, spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { ApiServer } from "../src/ApiServer.js"
import { apiOver, sampleDatabase } from "./Harness.js"
import { blocks, readMarkdown, readmes, root } from "./Markdown.js"

/** The commands that this test does not run, and why. */
const leftOut: Readonly<Record<string, string>> = {
  "npm start": "Start.test.ts runs it, on a port of its own",
  "npm test": "it runs this test",
  "npm run build": "what it builds is being tested",
  "npm install trials-contract effect@3": "it would change what is installed here",
  "npx vitest run packages/trials-domain/test/registries/Kdca.test.ts": "a test run within a test run"
}

/** The commands of all READMEs, each joined into one line. */
const commands = readmes
  .flatMap((file) => blocks(file, "sh"))
  .flatMap((block) => block.replaceAll("\\\n", "").trim().split("\n"))

const bare = (command: string): string => command.replace(/\s+#.*$/, "")

const hasCurl = spawnSync("curl", ["--version"]).status === 0
const runs = (command: string) =>
  leftOut[bare(command)] === undefined &&
  // These would change what is installed here, and compile for minutes.
  !/^(?:npm (?:install|rebuild)|export) /.test(command) &&
  (hasCurl || !command.startsWith("curl "))

const shell = (command: string, env: Readonly<Record<string, string>>) =>
  Effect.async<{ readonly code: unknown; readonly stdout: string }>((resume) => {
    execFile("sh", ["-c", command], { cwd: root, env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resume(Effect.succeed({ code: error === null ? 0 : `${error.code}: ${stderr}`, stdout }))
    )
  })

it.scopedLive.skipIf(process.platform === "win32")(
  `every command of the READMEs does what it is for${hasCurl ? "" : " (except curl, which is missing)"}`,
  () =>
    Effect.gen(function* () {
      const file = yield* sampleDatabase
      yield* Effect.gen(function* () {
        const { url } = yield* ApiServer
        const ran = yield* Effect.forEach(
          commands.filter(runs),
          (command) => {
            // Only the addresses of the API and the sample differ from the README.
            const here = command.replace("http://localhost:3000", url).replace("./data/sample.db", file)
            const env = { TRIALS_DATABASE_URL: `sqlite:${file}`, ODCLOUD_SERVICE_KEY: "" }
            return Effect.map(shell(here, env), (ended) => ({ command, ...ended }))
          },
          { concurrency: 2 }
        )
        for (const { code, command, stdout } of ran) {
          expect([command, code]).toEqual([command, 0])
          expect([command, stdout.trim()]).not.toEqual([command, ""])
          if (command.startsWith("curl "))
            expect([command, JSON.parse(stdout)]).toMatchObject([command, { items: {} }])
        }
        const search = ran.find(({ command }) => command.includes("title=한국인"))
        const found: ReadonlyArray<{ readonly id: string }> = JSON.parse(search?.stdout ?? "{}").items ?? []
        // The README says the same of this call in the browser.
        if (hasCurl) expect(found.map(({ id }) => id).sort()).toEqual(["C130002", "C130012"])
        expect(ran.length).toBeGreaterThan(hasCurl ? 12 : 9)
      }).pipe(Effect.provide(apiOver(file)))
    }),
  180_000
)

it("what the READMEs name exists", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
  for (const name of Object.keys(leftOut)) expect(commands.map(bare)).toContain(name)
  for (const file of readmes) {
    const text = readMarkdown(file)
    for (const [, run, own] of text.matchAll(/\bnpm (?:run ([a-z:]+)|(start|test)\b)/g)) {
      expect([file, Object.keys(scripts)]).toEqual([file, expect.arrayContaining([run ?? own])])
    }
    for (const [path] of text.matchAll(/\b(?:packages|apps|docs|scripts)\/[\w./-]+\.\w+/g))
      expect([path, existsSync(join(root, path))]).toEqual([path, true])
  }
})
