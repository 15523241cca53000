import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Context, Effect, Layer } from "effect"
import { Misuse } from "./Failure.js"

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

/**
 * A client of the database of the settings, in this process and read-only. This is the one place to fill once the answers of the
 * API can be had without its server.
 */
export const clientOfDatabase = Effect.fail(
  new Misuse({
    message: "The tools cannot read the database by themselves yet: give the address of an API with --api."
  })
)
