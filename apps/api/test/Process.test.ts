import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { sampleDatabase, temporaryFolder } from "./Harness.js"

const command = fileURLToPath(new URL("../bin/trials-api.js", import.meta.url))

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

const start = (cwd: string, env: Record<string, string>) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(process.execPath, [command], {
        cwd,
        env: { PATH: process.env["PATH"] ?? "", ...env }
      })
      let out = ""
      let err = ""
      child.stdout.on("data", (chunk) => (out += String(chunk)))
      child.stderr.on("data", (chunk) => (err += String(chunk)))
      const ended = new Promise<Ended>((resolve) => child.on("close", (code) => resolve({ code, out, err })))
      const printed = new Promise<string>((resolve) => {
        child.stdout.on("data", () => out.includes("\n") && resolve(out))
        child.on("close", () => resolve(out))
      })
      return { child, ended, printed }
    }),
    ({ child }) => Effect.sync(() => child.kill("SIGKILL"))
  )

const stop = (child: ChildProcess, signal: NodeJS.Signals) => Effect.sync(() => child.kill(signal))

it.scopedLive(
  "says where it is, reads .env without overriding what is set, and stops at a signal with 0",
  () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const file = yield* sampleDatabase
      writeFileSync(join(folder, ".env"), `TRIALS_DATABASE_URL=sqlite:${file}\nTRIALS_API_PORT=1\n`)
      const { child, ended, printed } = yield* start(folder, { TRIALS_API_PORT: "0" })
      const line = yield* Effect.promise(() => printed)
      const url = /http:\/\/localhost:\d+/.exec(line)?.[0] ?? ""
      expect(line).toContain(`${url}/docs`)
      const body = yield* Effect.promise(() => fetch(`${url}/v1/trials`).then((response) => response.json()))
      expect(body.total.value).toBe(145)
      const began = Date.now()
      yield* stop(child, "SIGTERM")
      const { code, err, out } = yield* Effect.promise(() => ended)
      expect(Date.now() - began).toBeLessThan(10_000)
      expect(code).toBe(0)
      expect(out.trim().split("\n")).toHaveLength(1)
      for (const each of err.trim().split("\n")) expect(JSON.parse(each)).toHaveProperty("level")
    })
)

it.scopedLive("a port in use, or a setting that is wrong, is one line and exit code 2", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const taken = yield* Effect.acquireRelease(
      Effect.async<ReturnType<typeof createServer>>((resume) => {
        const server = createServer().listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
      }),
      (server) => Effect.sync(() => server.close())
    )
    const address = taken.address()
    const port = String(typeof address === "object" ? address?.port : 0)
    const cases: ReadonlyArray<readonly [Record<string, string>, RegExp]> = [
      [{ TRIALS_API_PORT: port }, new RegExp(`Port ${port} .*in use.*TRIALS_API_PORT`)],
      [{ TRIALS_API_PORT: "eighty" }, /TRIALS_API_PORT must be a port/],
      [{ TRIALS_DATABASE_URL: "mysql://u:secret-of-mine@h/d" }, /TRIALS_DATABASE_URL must be/]
    ]
    const ends = yield* Effect.forEach(
      cases,
      ([env]) =>
        Effect.flatMap(start(folder, { TRIALS_API_PORT: "0", ...env }), ({ ended }) =>
          Effect.promise(() => ended)
        ),
      { concurrency: 2 }
    )
    for (const [n, { code, err, out }] of ends.entries()) {
      expect([n, code, out]).toEqual([n, 2, ""])
      expect(err.trim().split("\n")).toHaveLength(1)
      expect(err).toMatch(cases[n]?.[1] ?? /never/)
      expect(err).not.toContain("secret-of-mine")
    }
  })
)
