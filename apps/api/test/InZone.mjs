// TimeZones.test.ts runs this once in each zone, with the URL of a database as an argument. It loads the sample at one
// instant, queries the API around the edges of the next seven days, and prints what it saw as one line of JSON.
import * as NodeContext from "@effect/platform-node/NodeContext"
import { Effect, Layer, LogLevel, Option, Random, Redacted, TestClock, TestContext } from "effect"
import { createHash } from "node:crypto"
import * as Database from "trials-database/Database"
import { dump } from "trials-domain/Dump"
import * as OdcloudReplay from "trials-domain/registries/kdca/OdcloudReplay"
import * as Sync from "trials-domain/Sync"
import { ApiServer } from "../dist/ApiServer.js"
import { LazyDatabase } from "../dist/LazyDatabase.js"
import { Log } from "../dist/telemetry/Log.js"

const [address, sample, start] = process.argv.slice(2)
const loadedAt = Date.parse(start)
const week = 7 * 24 * 3_600_000
const url = Redacted.make(address)

const get = (base, path) =>
  Effect.promise(async () => {
    const response = await fetch(`${base}${path}`)
    return { status: response.status, body: await response.json() }
  })

const load = Effect.gen(function* () {
  yield* Effect.provide(Sync.run(), OdcloudReplay.layer(sample))
  return createHash("sha256")
    .update(yield* dump(true))
    .digest("hex")
}).pipe(
  Effect.provide(Sync.layer.pipe(Layer.provideMerge(Database.layerWriter({ url, init: true })))),
  Effect.provide(NodeContext.layer)
)

const asked = Effect.gen(function* () {
  const { url: base } = yield* ApiServer
  const recent = []
  for (const millis of [-1, 0, 1]) {
    yield* TestClock.setTime(loadedAt + week + millis)
    const { body, status } = yield* get(base, "/v1/trials/recent?days=7&limit=1")
    recent.push([millis, status, body.total.value])
  }
  const since = []
  for (const instant of [start, new Date(loadedAt + 1).toISOString(), start.replace("Z", "+00:00")]) {
    const { body } = yield* get(
      base,
      `/v1/trials?${new URLSearchParams({ updatedSince: instant, limit: "1" })}`
    )
    since.push(body.total.value)
  }
  const { body: trial } = yield* get(base, "/v1/trials/kdca/C130010")
  const { body: run } = yield* get(base, "/v1/runs?limit=1")
  return { recent, since, trial, run }
}).pipe(
  Effect.provide(
    ApiServer.layer({ host: "127.0.0.1", port: 0, staleAfter: Option.none() }).pipe(
      Layer.provide(LazyDatabase.layer({ url, registries: [] })),
      Layer.provide(Log.layer(LogLevel.None))
    )
  )
)

const program = Effect.gen(function* () {
  yield* TestClock.setTime(loadedAt)
  const digest = yield* load
  return { digest, ...(yield* asked) }
}).pipe(Effect.withRandom(Random.make("the same ids")), Effect.provide(TestContext.TestContext))

const seen = await Effect.runPromise(program)
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
const offsets = [loadedAt, loadedAt + week].map((millis) => new Date(millis).getTimezoneOffset())
console.log(JSON.stringify({ zone, offsets, seen }))
