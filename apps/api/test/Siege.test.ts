import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { fork } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { get } from "node:http"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { body, rows } from "../../batch/test/Rows.js"
import { sampleFile, syncInto, temporaryFolder } from "./Harness.js"
import { start } from "./Program.js"

const long = process.env["TRIALS_FAULTS"] === "long"

interface Attack {
  readonly address?: string
  readonly idle?: number
  readonly slow?: number
  readonly pipelining?: number
  /** Clients that ask and never read. */
  readonly silent?: number
  readonly flood?: {
    readonly paths: ReadonlyArray<string>
    readonly perSecond: number
    readonly connections: number
  }
}

interface Report {
  readonly statuses: Readonly<Record<string, number>>
  readonly unsent: number
}

const program = fileURLToPath(new URL("Besieger.mjs", import.meta.url))

/** The API as a process of its own, over these trials. */
const besieged = (from: string) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const file = join(folder, "trials.db")
    yield* syncInto(file, from)
    const { child, printed } = yield* start(
      folder,
      {
        TRIALS_DATABASE_URL: `sqlite:${file}`,
        TRIALS_API_PORT: "0",
        TRIALS_API_RATE_LIMIT: "0",
        TRIALS_LOG_LEVEL: "none"
      },
      ["ignore", "pipe", "ignore"]
    )
    const port = Number(/localhost:(\d+)/.exec(yield* Effect.promise(() => printed))?.[1])
    const status = `/proc/${child.pid}/status`
    return { port, megabytes: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, "utf8"))?.[1]) / 1024 }
  })

/** Attacks a port while an effect runs. Returns its result, and what the attackers saw. */
const under = <A, E, R>(port: number, attack: Attack, effect: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => fork(program, [JSON.stringify({ port, address: "127.0.0.1", ...attack })])),
    (child) =>
      Effect.flatMap(effect, (result) =>
        Effect.async<readonly [A, Report]>((resume) => {
          child.once("message", (report: Report) => resume(Effect.succeed([result, report])))
          child.send("end")
        })
      ),
    (child) => Effect.sync(() => child.kill("SIGKILL"))
  )

interface Seen {
  readonly path: string
  readonly status: number
  readonly millis: number
}

/** Sends a request on a connection of its own. The status 0 stands for an error. */
const visit = (port: number, localAddress: string, path: string) =>
  Effect.async<Seen>((resume) => {
    const began = performance.now()
    const end = (status: number) =>
      resume(Effect.succeed({ path, status, millis: performance.now() - began }))
    get({ host: "127.0.0.1", port, path, localAddress, agent: false }, (response) => {
      response
        .on("error", () => end(0))
        .on("end", () => end(response.statusCode ?? 0))
        .resume()
    }).on("error", () => end(0))
  })

/** What a client sees that sends these requests one after the other, for some time. */
const visits = (port: number, address: string, paths: ReadonlyArray<string>, seconds: number) =>
  Effect.gen(function* () {
    const seen: Array<Seen> = []
    const end = performance.now() + seconds * 1000
    while (performance.now() < end) {
      for (const path of paths) seen.push(yield* visit(port, address, path))
      yield* Effect.sleep("20 millis")
    }
    return seen
  })

const share = (seen: ReadonlyArray<Seen>, part: number): number => {
  const sorted = seen.map(({ millis }) => millis).sort((a, b) => a - b)
  return Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0)
}

const statusesOf = (seen: ReadonlyArray<Seen>) => [...new Set(seen.map(({ status }) => status))]

const questions = ["/healthz", "/v1/trials/kdca/C130010", "/v1/trials?limit=20", "/readyz"]

it.scopedLive("a client sees nothing of an attack from another address", () =>
  Effect.gen(function* () {
    const { port } = yield* besieged(sampleFile)
    const attack = { idle: 100, slow: 20, pipelining: 10, silent: 10 }
    const [seen] = yield* under(port, attack, visits(port, "127.0.0.2", questions, 2))
    expect(statusesOf(seen)).toEqual([200])
  })
)

const searches = [
  "/v1/trials?q=한국인&limit=100",
  "/v1/trials?title=코호트&department=cardio&sort=id",
  "/v1/trials?institution=병원&sort=updatedAt",
  "/v1/trials/recent?days=30&limit=100",
  "/v1/changes?limit=100"
].map(encodeURI)

it.scopedLive.runIf(long)(
  "a hundred thousand trials: ten times the load for a minute, and an attack from one address",
  () =>
    Effect.gen(function* () {
      const edition = join(yield* temporaryFolder, "edition.json")
      writeFileSync(
        edition,
        body(rows(100_000, (n) => ({ 진료과: n % 2 === 0 ? "Cardiology" : `Department ${n}` })))
      )
      const { megabytes, port } = yield* besieged(edition)
      const address = "127.0.0.2"

      yield* visits(port, address, searches, 2)
      const alone = yield* visits(port, address, searches, 5)
      expect(statusesOf(alone)).toEqual([200])
      // A search has several statements, so this is more than the longest one takes.
      const longest = share(alone, 1)
      const [, { statuses: carried }] = yield* under(
        port,
        { flood: { paths: searches, perSecond: 1000, connections: 8 } },
        Effect.sleep("10 seconds")
      )
      const capacity = Math.max(1, (carried["200"] ?? 0) / 10)
      const atRest = megabytes()

      const flood = { paths: searches, perSecond: Math.ceil(10 * capacity), connections: 500 }
      const [health, { statuses, unsent }] = yield* under(
        port,
        { flood },
        visits(port, address, ["/healthz"], 60)
      )
      const most = megabytes()
      yield* Effect.sleep("30 seconds")
      const afterwards = megabytes()
      const crowd = { idle: 2000, slow: 200, pipelining: 50, silent: 100 }
      const [normal] = yield* under(port, crowd, visits(port, address, questions, 60))

      const figures = {
        longest,
        alone: { p50: share(alone, 0.5), p99: share(alone, 0.99) },
        capacity,
        flood: { perSecond: flood.perSecond, statuses, unsent },
        health: {
          count: health.length,
          p50: share(health, 0.5),
          p99: share(health, 0.99),
          most: share(health, 1)
        },
        memory: { atRest, most, afterwards, afterCrowd: megabytes() },
        normal: {
          count: normal.length,
          p50: share(normal, 0.5),
          p99: share(normal, 0.99),
          most: share(normal, 1),
          statuses: statusesOf(normal)
        }
      }
      if (process.env["TRIALS_FIGURES"] !== undefined)
        writeFileSync(process.env["TRIALS_FIGURES"], JSON.stringify(figures, null, 2))
      const told = JSON.stringify(figures)
      expect(statusesOf(health), told).toEqual([200])
      // The one slowest of all says more of the machine, which also runs the attackers.
      expect(figures.health.p99, told).toBeLessThan(longest + 100)
      expect(["200", "429", "503"], told).toEqual(expect.arrayContaining(Object.keys(statuses)))
      expect(afterwards, told).toBeLessThan(atRest + 100)
      expect(statusesOf(normal), told).toEqual([200])
      expect(figures.normal.p99, told).toBeLessThan(250)
    }),
  600_000
)
