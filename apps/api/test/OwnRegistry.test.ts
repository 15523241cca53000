import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile, spawn } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { exported, packedInto } from "trials-testkit/Packed"
import { temporaryFolder } from "./Harness.js"
import { files, root } from "./Markdown.js"

interface Study {
  readonly code: string
  readonly name: string
  readonly patients: number | null
  readonly state: string | null
}

/** The register of the page, over real HTTP. It may fail once. */
const register = Effect.acquireRelease(
  Effect.async<{ url: string; studies: ReadonlyArray<Study>; fails: number; close: () => void }>((resume) => {
    const server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? "/", "http://localhost")
      if (upstream.fails > 0) {
        upstream.fails -= 1
        response.writeHead(503).end("later")
        return
      }
      const offset = Number(searchParams.get("offset"))
      const studies = upstream.studies.slice(offset, offset + Number(searchParams.get("limit")))
      response.writeHead(200, { "content-type": "application/json" })
      response.end(JSON.stringify({ total: upstream.studies.length, studies }))
    })
    const close = () => void server.close().closeAllConnections()
    const upstream = { url: "", studies: [] as ReadonlyArray<Study>, fails: 0, close }
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      upstream.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
      resume(Effect.succeed(upstream))
    })
  }),
  ({ close }) => Effect.sync(close)
)

const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable"],
  module: "NodeNext",
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: true,
  types: ["node"]
}

const study = (code: string, name: string, patients: number | null): Study => ({
  code,
  name,
  patients,
  state: "recruiting"
})

/** Starts a program that serves, and tells its address; it ends with the scope. */
const serving = (folder: string, program: string, env: NodeJS.ProcessEnv) =>
  Effect.acquireRelease(
    Effect.async<{ url: string; stop: () => Promise<number | null> }>((resume) => {
      const child = spawn(process.execPath, [program], { cwd: folder, env })
      const ended = new Promise<number | null>((resolve) => child.on("close", resolve))
      let said = ""
      child.stderr.on("data", (text) => (said += String(text)))
      child.stdout.on("data", (text) => {
        said += String(text)
        const url = /The API is at (\S+),/.exec(said)?.[1]
        const stop = () => {
          child.kill("SIGTERM")
          return ended
        }
        if (url !== undefined) resume(Effect.succeed({ url, stop }))
      })
      void ended.then((code) => resume(Effect.dieMessage(`ended with ${code}: ${said}`)))
    }),
    ({ stop }) => Effect.promise(stop)
  )

// The long form also runs the page's own tests.
const long = process.env["TRIALS_FAULTS"] === "long"

it.scopedLive(
  "docs/own-registry.md, in a folder of its own, from the packed packages: nights, command and API beside kdca",
  () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      yield* packedInto(folder)
      const upstream = yield* register
      upstream.studies = [study("A-1", "Aspirin", 120), study("A-2", "Beta", 40), study("A-3", "Gamma", null)]
      const page = files("docs/own-registry.md", "ts")
      expect([...page.keys()]).toEqual(["acme.ts", "acme.test.ts", "trials.ts", "api.ts", "night.ts"])
      for (const [name, text] of page) writeFileSync(join(folder, name), text)
      writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }))
      writeFileSync(join(folder, "studies.json"), JSON.stringify({ studies: upstream.studies }))
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions, files: [...page.keys()] })
      )
      const env = {
        PATH: process.env["PATH"] ?? "",
        ACME_URL: upstream.url,
        TRIALS_DATABASE_URL: "sqlite:./trials.db",
        TRIALS_API_PORT: "0"
      }
      const node = (program: string, ...args: ReadonlyArray<string>) =>
        Effect.async<{ code: unknown; out: string; err: string }>((resume) => {
          execFile(process.execPath, [program, ...args], { cwd: folder, env }, (error, out, err) =>
            resume(Effect.succeed({ code: error?.code ?? 0, out, err }))
          )
        })
      expect(yield* node(join(root, "node_modules/typescript/bin/tsc"), "-p", ".")).toMatchObject({
        code: 0,
        out: ""
      })

      if (long) {
        const vitest = join("node_modules", "vitest", "vitest.mjs")
        const tested = yield* node(vitest, "run", "--root", ".", "acme.test.js", "--reporter=json")
        expect([tested.code, tested.err]).toEqual([0, tested.err])
        expect(JSON.parse(tested.out)).toMatchObject({ numFailedTests: 0, numPassedTests: 13 })
      }

      const original = join("node_modules", "trials-batch", "bin", "trials.js")
      // A saved answer, as the sample of another registry would not be mixed with what this one says.
      const sample = JSON.parse(readFileSync(join(root, "packages/trials-domain/sample/kdca.json"), "utf8"))
      const saved = {
        ...sample,
        totalCount: 144,
        currentCount: 144,
        matchCount: 144,
        data: sample.data.slice(1)
      }
      writeFileSync(join(folder, "kdca.json"), JSON.stringify(saved))
      const kdca = ["--registry", "kdca", "--from", "kdca.json", "--init"]
      expect(yield* node(original, "sync", ...kdca)).toMatchObject({ code: 0 })
      // Every public module is there, and loads; the suites want a test runner around them.
      const modules = exported.filter((name) => !name.endsWith("/suites"))
      writeFileSync(
        join(folder, "all.js"),
        modules.map((name) => `import ${JSON.stringify(name)}\n`).join("")
      )
      expect(yield* node("all.js")).toEqual({ code: 0, out: "", err: "" })
      const sync = (...args: ReadonlyArray<string>) =>
        Effect.map(node("trials.js", "sync", "--json", ...args), ({ code, err, out }) => {
          expect([code, err]).toEqual([0, err])
          return JSON.parse(out)
        })
      const first = yield* sync("--registry", "acme")
      expect(first).toMatchObject({ verdict: "complete", counts: { created: 3, missed: 0 } })

      // The second night begins with a failure that passes.
      upstream.fails = 1
      upstream.studies = [
        study("A-1", "Aspirin", 150),
        study("A-3", " Gamma ", null),
        study("A-4", "Delta", 9)
      ]
      const limits = { TRIALS_SHRINK_LIMIT: "0.5" }
      Object.assign(env, limits)
      const second = yield* sync("--registry", "acme")
      expect(second).toMatchObject({
        verdict: "complete",
        counts: { created: 1, edited: 1, remapped: 0, unchanged: 1, missed: 1, disappeared: 0 }
      })
      const third = yield* sync("--registry", "acme")
      expect(third).toMatchObject({ counts: { created: 0, edited: 0, missed: 0, disappeared: 1 } })

      const changes = yield* node("trials.js", "changes", "--registry", "acme", "--json")
      const kinds = changes.out
        .trim()
        .split("\n")
        .flatMap((line) => {
          const { changes, id, kind } = JSON.parse(line)
          return kind === undefined ? [] : [[id, kind, changes.map(({ field }: { field: string }) => field)]]
        })
      expect(kinds).toEqual([
        ["A-1", "created", []],
        ["A-2", "created", []],
        ["A-3", "created", []],
        ["A-4", "created", []],
        ["A-1", "edited", ["enrollment"]],
        ["A-2", "disappeared", []]
      ])
      expect(yield* node("trials.js", "verify")).toMatchObject({ code: 0 })

      // The originals do not know the register: they serve it, and say what they cannot check.
      const verified = yield* node(original, "verify")
      expect(verified).toMatchObject({ code: 7 })
      expect(verified.out).toContain("acme: 4 trials not checked")

      const originalApi = join("node_modules", "trials-api", "bin", "trials-api.js")
      for (const program of ["api.js", originalApi]) {
        const { stop, url } = yield* serving(folder, program, env)
        const ask = (path: string) =>
          Effect.promise(() => fetch(`${url}${path}`).then((found) => found.json()))
        const { items } = yield* ask("/v1/registries")
        expect(items).toMatchObject([
          { name: "kdca", trials: { listed: 144 } },
          { name: "acme", title: "Acme register of trials", trials: { listed: 3, missing: 1 } }
        ])
        expect(yield* ask("/readyz")).toMatchObject({
          registries: [{ registry: "kdca" }, { registry: "acme" }]
        })
        expect(yield* ask("/v1/trials/acme/A-1")).toMatchObject({ enrollment: 150, status: "recruiting" })
        expect(yield* ask("/v1/registries/acme/quality")).toMatchObject({
          findings: [{ code: "enrollment-missing" }]
        })
        expect(yield* Effect.promise(stop)).toBe(0)
      }

      const night = yield* node("night.js")
      expect([night.err, night.out]).toEqual(["", "complete 3\n"])
    }),
  180_000
)
