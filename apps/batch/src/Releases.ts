import * as Args from "@effect/cli/Args"
import { Fetch } from "@effect/platform/FetchHttpClient"
import { Config, type ConfigError, Context, Effect, Layer, Option, Redacted, type Scope } from "effect"
import type { Release, ReleaseError } from "trials-release"

const optional = (name: string) => Config.map(Config.option(Config.string(name)), Option.getOrUndefined)

const token = (name: string) => Config.option(Config.redacted(name))

const settings = Config.all({
  api: optional("GITHUB_API_URL"),
  server: optional("GITHUB_SERVER_URL"),
  token: Config.map(Config.all([token("GITHUB_TOKEN"), token("GH_TOKEN")]), Option.firstSomeOf)
})

/** What GitHub is asked with: the settings that a workflow has, and the proxies of the environment. */
export const github = Effect.gen(function* () {
  const { api, server, token } = yield* settings
  const { layer } = yield* Effect.promise(() => import("./process/Proxy.js"))
  // The connections of a proxy live as long as the command.
  const fetch = Context.get(yield* Layer.build(layer), Fetch)
  return { api, server, token: Option.getOrUndefined(Option.map(token, Redacted.value)), fetch }
})

// A command that reads no release does not load this.
export const library = Effect.promise(() => import("trials-release"))

/** The place of releases at an address. */
export const place = (
  address: string
): Effect.Effect<Release.ReleasePlace, ReleaseError | ConfigError.ConfigError, Scope.Scope> =>
  Effect.flatMap(Effect.all([library, github]), ([{ Places }, options]) => Places.at(address, options))

/** The same, with the base of the release at another address. */
export const placeWithBase = (address: string, base: string | undefined) =>
  Effect.gen(function* () {
    const own = yield* place(address)
    if (base === undefined) return own
    const [others, wanted] = yield* Effect.all([place(base), own.wanted])
    return {
      ...own,
      files: (number: number) => (number === wanted ? own.files(number) : others.files(number))
    }
  })

/** A folder, or an address of releases. */
export const address = Args.text({ name: "address" }).pipe(
  Args.withDescription(
    "A folder, https://github.com/OWNER/REPO, …/releases/tag/data-000123, or the address of one release on a web server."
  )
)
