import { expect, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { existsSync, openSync } from "node:fs"
import type { Readable } from "node:stream"
import { temporaryFolder } from "./Harness.js"
import { start, takenPort } from "./Program.js"

const statusOf = (port: number, path: string) =>
  Effect.tryPromise(() => fetch(`http://127.0.0.1:${port}${path}`).then(({ status }) => status))

/** Starts the program with nothing to serve, and waits until it answers. */
const running = (stdio: Parameters<typeof start>[2]) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const port = yield* Effect.scoped(takenPort)
    const program = yield* start(folder, { TRIALS_API_PORT: String(port) }, stdio)
    const exited = new Promise<number | null>((resolve) => program.child.once("exit", resolve))
    return {
      ...program,
      answers: statusOf(port, "/healthz").pipe(
        Effect.retry(Schedule.spaced("100 millis")),
        Effect.timeout("20 seconds"),
        Effect.orDie
      ),
      /** Sends requests that each log a long line, and returns how many were answered. */
      logged: (path: string, count: number) =>
        Effect.forEach(Array.from({ length: count }), () => statusOf(port, path), { concurrency: 4 }).pipe(
          Effect.map((statuses) => statuses.filter((status) => status === 404).length),
          Effect.orDie
        ),
      stopped: Effect.promise(() => {
        program.child.kill("SIGTERM")
        return exited
      }).pipe(Effect.timeout("10 seconds"), Effect.orDie)
    }
  })

it.scopedLive.skipIf(!existsSync("/dev/full"))(
  "serves and stops if stdout and stderr cannot be written",
  () =>
    Effect.gen(function* () {
      const full = openSync("/dev/full", "w")
      const { answers, logged, stopped } = yield* running(["ignore", full, full])
      yield* answers
      expect(yield* logged("/nope", 50)).toBe(50)
      yield* Effect.sleep("1200 millis")
      expect(yield* logged("/nope", 50)).toBe(50)
      expect(yield* stopped).toBe(0)
    })
)

it.scopedLive("serves and stops after the readers of stdout and stderr have gone", () =>
  Effect.gen(function* () {
    const { answers, child, logged, stopped } = yield* running("pipe")
    child.stdout?.destroy()
    child.stderr?.destroy()
    yield* answers
    expect(yield* logged("/nope", 50)).toBe(50)
    expect(yield* stopped).toBe(0)
  })
)

it.scopedLive("an unread log holds up no request, and has every line or says how many are missing", () =>
  Effect.gen(function* () {
    const { answers, child, ended, logged, stopped } = yield* running("pipe")
    const log = child.stderr as Readable
    log.pause()
    let said = ""
    log.on("data", (chunk) => (said += String(chunk)))
    log.pause()
    yield* answers
    // More than the buffer, the pipe and its reader hold together.
    const path = `/nope?${"x".repeat(7000)}`
    expect(yield* logged(path, 300)).toBe(300)
    log.resume()
    const lines = yield* Effect.sync(() =>
      said
        .split("\n")
        .slice(0, -1)
        .map((line): { readonly dropped?: number; readonly req?: { readonly url: string } } =>
          JSON.parse(line)
        )
    ).pipe(
      Effect.filterOrFail((found) => found.some(({ dropped }) => dropped !== undefined)),
      Effect.retry(Schedule.spaced("50 millis")),
      Effect.timeout("10 seconds"),
      Effect.orDie
    )
    const dropped = lines.find((line) => line.dropped !== undefined)?.dropped ?? 0
    expect(dropped).toBeGreaterThan(50)
    expect(lines.filter(({ req }) => req?.url === path).length + dropped).toBe(300)
    expect(lines.at(-1)).toHaveProperty("dropped")

    // It stops in time even if nobody reads the rest.
    log.pause()
    expect(yield* logged(path, 300)).toBe(300)
    expect(yield* stopped).toBe(0)
    log.resume()
    yield* Effect.promise(() => ended)
  })
)
