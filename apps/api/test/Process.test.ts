import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { sampleDatabase, temporaryFolder } from "./Harness.js"
import { start, stop, takenPort } from "./Program.js"

it.scopedLive(
  "says where it is, reads .env without overriding the environment, and exits with 0 on a signal",
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

it.scopedLive("a port in use or a wrong setting gives one line and exit code 2", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const port = String(yield* takenPort)
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
