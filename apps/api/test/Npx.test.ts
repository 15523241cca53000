import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { vi } from "vitest"
import { root } from "./Markdown.js"

// On Windows a signal ends a program at once, and has nobody to pass it on.
it.scopedLive.skipIf(process.platform === "win32")("npx trials-api ends with npx", () =>
  Effect.gen(function* () {
    const npx = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn("npx", ["--no", "trials-api"], {
          cwd: root,
          env: { ...process.env, TRIALS_DATABASE_URL: "sqlite:./none.db", TRIALS_API_PORT: "0" },
          stdio: ["ignore", "pipe", "ignore"],
          detached: true
        })
      ),
      ({ pid }) =>
        Effect.sync(() => {
          try {
            if (pid !== undefined) process.kill(-pid, "SIGKILL")
          } catch {
            // The group has ended, as it should.
          }
        })
    )
    const url = yield* Effect.async<string>((resume) => {
      let said = ""
      npx.stdout.on("data", (text) => {
        said += String(text)
        const [, found] = /^The API is at (\S+),/m.exec(said) ?? []
        if (found !== undefined) resume(Effect.succeed(found))
      })
      npx.on("close", (code) => resume(Effect.dieMessage(`ended with ${code}: ${said}`)))
    })
    const alive = () => fetch(`${url}/healthz`)
    expect((yield* Effect.promise(alive)).status).toBe(200)
    npx.kill("SIGTERM")
    yield* Effect.promise(() =>
      vi.waitFor(() => expect(alive()).rejects.toThrow(), { timeout: 10_000, interval: 100 })
    )
  })
)
