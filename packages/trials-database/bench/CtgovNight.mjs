// A process of its own: one run of ctgov as the command makes it, into a database. It writes down what it asked for.
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Effect, Layer, Redacted } from "effect"
import { appendFileSync } from "node:fs"
import * as Database from "trials-database/Database"
import * as CtgovClient from "trials-domain/registries/ctgov/CtgovClient"
import * as Sync from "trials-domain/Sync"
import { costs } from "./Costs.mjs"

const [baseUrl, url, asked] = process.argv.slice(2)

const recorded = (address, init) => {
  appendFileSync(asked, `${address}\n`)
  return fetch(address, init)
}

const client = CtgovClient.layer({ baseUrl, pageSize: 1000, limits: { requestsPerSecond: 1000 } }).pipe(
  Layer.provide(Layer.succeed(FetchHttpClient.Fetch, recorded))
)

const sides = Layer.merge(Sync.layer, client).pipe(
  Layer.provideMerge(Database.layerWriter({ url: Redacted.make(url), init: true }))
)

const { counts, reason, verdict } = await Effect.runPromise(Effect.provide(Sync.run(), sides))
process.send({ counts, verdict, reason, ...costs() })
process.disconnect()
