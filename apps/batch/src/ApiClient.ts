import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Context, Effect, Layer, Runtime } from "effect"
import type { Question } from "trials-answers"
import type { StoreError } from "trials-domain/StoreError"
import * as Databases from "./Databases.js"
import { Registries } from "./Registries.js"

// The client, its checks and the proxies are loaded by the commands that need them.
const modules = Effect.promise(() =>
  Promise.all([
    import("trials-contract/client"),
    import("trials-contract/validate"),
    import("./process/Proxy.js")
  ])
)

/** A client of the API at an address, through the proxies of the environment, for as long as the scope lasts. It asks again where that may help. */
export const clientOfApi = (address: string) =>
  Effect.flatMap(modules, ([{ createTrialsClient, retries }, { lenient }, proxies]) =>
    Effect.map(Layer.build(proxies.layer), (context) =>
      createTrialsClient(address, {
        fetch: Context.get(context, FetchHttpClient.Fetch),
        validate: lenient,
        retry: retries({ network: true })
      })
    )
  )

// No call leaves this process, and every client needs a base.
const base = "http://trials.invalid"

/**
 * A client that reads the database of the settings within this process, for as long as the scope lasts. The connection can only
 * read.
 */
export const clientOfDatabase = Effect.gen(function* () {
  const known = yield* Registries
  const [{ fetchOf, layer, refusalOf, settled }, { createTrialsClient }] = yield* Effect.promise(() =>
    Promise.all([import("trials-answers"), import("trials-contract/client")])
  )
  const queries = yield* Layer.build(
    Layer.provide(layer(known.map(({ registry }) => registry)), Databases.reader)
  )
  const runExit = Runtime.runPromiseExit(yield* Effect.runtime())
  const said = (error: Parameters<typeof refusalOf>[0] | StoreError) =>
    // What is wrong with the database is none of an agent's business: the log says it.
    error._tag === "SqlError" || error._tag === "ParseError" ? null : refusalOf(error)
  const run = async <A>(question: Question<A>): Promise<A> =>
    settled(await runExit(Effect.provide(question, queries)), said)
  return createTrialsClient(base, { fetch: fetchOf(run) })
})
