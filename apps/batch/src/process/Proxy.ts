import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import { Config, type ConfigError, Effect, Either, Layer, Option, Redacted } from "effect"
import { parsed } from "trials-domain/Environment"

/** Whether the text is a proxy's address whose user and password, if any, can be read. */
const isProxy = (text: string): boolean => {
  try {
    const { hostname, password, protocol, username } = new URL(text)
    decodeURIComponent(username + password)
    return /^https?:$/.test(protocol) && hostname !== ""
  } catch {
    return false
  }
}

/** A setting in either spelling; programs read the lower-case one first. */
const either = <A>(
  name: string,
  of: (spelled: string) => Config.Config<A>
): Config.Config<Option.Option<A>> =>
  Config.map(
    Config.all([name.toLowerCase(), name].map((spelled) => Config.option(of(spelled)))),
    Option.firstSomeOf
  )

// The address may hold a password.
const address = (name: string) =>
  Config.map(
    parsed(name, (text) =>
      isProxy(text)
        ? Either.right(text)
        : Either.left("must be the address of a proxy, as in http://proxy.example:3128")
    ),
    (text) => Redacted.make(text)
  )

const settings = Config.all({
  http: either("HTTP_PROXY", address),
  https: either("HTTPS_PROXY", address),
  except: either("NO_PROXY", Config.string)
})

const isLoopback = (url: string): boolean =>
  /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/.test(new URL(url).hostname)

/**
 * A `fetch` that uses the proxies of the environment, as undici reads them: HTTPS_PROXY for https addresses, HTTP_PROXY
 * for all others (and for https ones if only it is set), no proxy for the hosts of NO_PROXY. A request to this machine
 * never uses a proxy.
 */
export const layer: Layer.Layer<FetchHttpClient.Fetch, ConfigError.ConfigError> = Layer.scoped(
  FetchHttpClient.Fetch,
  Effect.gen(function* () {
    const { except, http, https } = yield* settings
    if (Option.isNone(http) && Option.isNone(https)) return globalThis.fetch
    const undici = yield* Effect.promise(() => import("undici"))
    const text = Option.match<string, Redacted.Redacted<string>>({ onNone: () => "", onSome: Redacted.value })
    const dispatcher = yield* Effect.acquireRelease(
      Effect.sync(
        () =>
          new undici.EnvHttpProxyAgent({
            httpProxy: text(http),
            httpsProxy: text(https),
            noProxy: Option.getOrElse(except, () => "").trim(),
            // Many proxies tunnel only to port 443.
            proxyTunnel: false
          })
      ),
      (agent) => Effect.promise(() => agent.destroy())
    )
    // undici declares the platform's types of a request and a response again.
    const proxied = undici.fetch as unknown as typeof globalThis.fetch
    const through: object = { dispatcher }
    return (input, init) =>
      isLoopback(input instanceof Request ? input.url : String(input))
        ? globalThis.fetch(input, init)
        : proxied(input, { ...init, ...through })
  })
)
