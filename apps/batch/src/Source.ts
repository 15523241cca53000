import { Effect, Layer, Option } from "effect"
import type { RegistrySource } from "trials-domain/RegistrySource"
import { Misuse } from "./Failure.js"

// This module loads the HTTP client and every registry's adapter. Most commands need neither.
const registries = Effect.promise(() => import("trials-domain/registries"))

/** A registry by its name: what the pipeline knows of it, and the ways to read it. */
export const named = (name: string) => Effect.flatMap(registries, ({ find }) => find(name))

/** Refuses an unknown registry, if one is named. */
export const known = (name: string | undefined) =>
  name === undefined ? Effect.void : Effect.asVoid(named(name))

/** What the pipeline knows of the named registry, or of every registry. */
export const oneOrAll = (name: string | undefined) =>
  Effect.map(
    Effect.flatMap(registries, ({ all, find }) =>
      name === undefined ? Effect.succeed(all) : Effect.map(find(name), (source) => [source])
    ),
    (sources) => sources.map(({ registry }) => registry)
  )

const proxies = Effect.map(
  Effect.promise(() => import("./Proxy.js")),
  ({ layer }) => layer
)

/** Reads a saved body instead of the network. */
const replayed = ({ layerReplay, registry }: RegistrySource, path: string) =>
  layerReplay === undefined
    ? Effect.fail(new Misuse({ message: `${registry.name} cannot be read from a file; leave out --from.` }))
    : Effect.succeed(layerReplay(path))

const reading =
  (live: (source: RegistrySource) => RegistrySource["layer"]) =>
  (name: string, from: Option.Option<string>) =>
    Layer.unwrapEffect(
      Effect.gen(function* () {
        const source = yield* named(name)
        return Option.isSome(from)
          ? yield* replayed(source, from.value)
          : Layer.provide(live(source), yield* proxies)
      })
    )

/** Reads a registry: over the network, or from a saved body. */
export const client = reading(({ layer }) => layer)

/** Reads the editions of a registry, which may need less than reading all of it. */
export const listing = reading(({ layer, layerListing }) => layerListing ?? layer)
