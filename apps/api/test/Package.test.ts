import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { copyFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { sampleDatabase, temporaryFolder } from "./Harness.js"
import { blocks, root } from "./Markdown.js"

const [example = ""] = blocks("apps/api/README.md", "ts")

it.scopedLive.skipIf(process.platform === "win32")(
  "the example of the README serves, and ends at a signal",
  () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction")
      copyFileSync(yield* sampleDatabase, join(folder, "trials.db"))
      // Only the port differs from the README.
      writeFileSync(join(folder, "own.mjs"), example.replace("port: 3000", "port: 0"))
      const api = yield* Effect.acquireRelease(
        Effect.sync(() => spawn(process.execPath, ["own.mjs"], { cwd: folder })),
        (api) => Effect.sync(() => api.kill("SIGKILL"))
      )
      const [said] = yield* Effect.promise(() => once(api.stdout, "data"))
      const url = /http:\S+(?=,)/.exec(String(said))?.[0]
      const answer = yield* Effect.promise(() => fetch(`${url}/v1/trials/kdca/C130010`))
      expect([answer.status, yield* Effect.promise(() => answer.json())]).toMatchObject([
        200,
        { id: "C130010" }
      ])
      api.kill("SIGTERM")
      expect(yield* Effect.promise(() => once(api, "exit"))).toEqual([0, null])
    })
)
