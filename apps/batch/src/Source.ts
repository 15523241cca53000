import { Context, Effect, Layer, Option } from "effect"
import { RegistryClient } from "trials-domain/RegistryClient"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import type { RegistrySource } from "trials-domain/RegistrySource"
import type { LoadedEdition } from "trials-domain/RunLedger"
import { Misuse } from "./Failure.js"
import { Registries } from "./Registries.js"

// This module loads the HTTP client. Most commands do not need it.
const registries = Effect.promise(() => import("trials-domain/registries"))

/** A registry by its name: what the pipeline knows of it, and the ways to read it. */
export const named = (name: string) =>
  Effect.flatMap(registries, ({ find }) => Effect.flatMap(Registries, (known) => find(known, name)))

/** Refuses a name that neither this program nor the database knows, if one is given. */
export const known = (name: string | undefined) =>
  name === undefined
    ? Effect.void
    : Effect.flatMap(RegistryQueries, (queries) => queries.known({ registry: name }))

/** The questions about the registries of this program and of the database. */
export const queries = Layer.unwrapEffect(
  Effect.map(Registries, (known) => RegistryQueries.layer(known.map(({ registry }) => registry)))
)

/** What the pipeline knows of the named registry, or of every registry. */
export const oneOrAll = (name: string | undefined) =>
  Effect.map(name === undefined ? Registries : Effect.map(named(name), (source) => [source]), (sources) =>
    sources.map(({ registry }) => registry)
  )

const proxies = Effect.map(
  Effect.promise(() => import("./process/Proxy.js")),
  ({ layer }) => layer
)

/** Reads a saved body instead of the network. */
const replayed = ({ layerReplay, registry }: RegistrySource, path: string) =>
  layerReplay === undefined
    ? Effect.fail(new Misuse({ message: `${registry.name} cannot be read from a file; leave out --from.` }))
    : Effect.succeed(layerReplay(path))

/** Refuses a client that reads another registry: what it reads would be loaded there. */
const own = (source: RegistrySource, client: RegistryClient["Type"]) => {
  const { name } = client.registry
  return name === source.registry.name
    ? Effect.void
    : new Misuse({
        message: `The client of the registry ${source.registry.name} reads ${name}: give its source the client that reads it.`
      })
}

/** Reads the sample that comes with a registry. */
const sampled = ({ layerSample, registry }: RegistrySource) =>
  layerSample === undefined
    ? Effect.fail(new Misuse({ message: `${registry.name} comes with no sample; leave out --sample.` }))
    : Effect.succeed(layerSample)

const reading =
  (live: (source: RegistrySource) => RegistrySource["layer"]) =>
  (name: string, from: Option.Option<string>, sample = false) =>
    Layer.unwrapEffect(
      Effect.gen(function* () {
        const source = yield* named(name)
        const client = sample
          ? yield* sampled(source)
          : Option.isSome(from)
            ? yield* replayed(source, from.value)
            : Layer.provide(live(source), yield* proxies)
        return Layer.tap(client, (context) => own(source, Context.get(context, RegistryClient)))
      })
    )

/** The id of the sample that comes with a registry, as an edition; null where there is none. */
const sampleId = ({ layerSample }: RegistrySource) =>
  layerSample === undefined
    ? Effect.succeed(null)
    : Effect.flatMap(RegistryClient, ({ resolve }) => resolve(null)).pipe(
        Effect.map(({ revision }) => revision.id),
        Effect.provide(layerSample)
      )

/** Which of some loaded editions are samples that come with a registry. */
export const samplesAmong = (editions: ReadonlyArray<LoadedEdition>) =>
  Effect.gen(function* () {
    const sources = (yield* Registries).filter(({ registry }) =>
      editions.some((each) => each.registry === registry.name)
    )
    const ids = new Map(
      yield* Effect.forEach(sources, (source) =>
        Effect.map(sampleId(source), (id) => [source.registry.name, id] as const)
      )
    )
    return new Set(editions.filter(({ registry, revision }) => revision?.id === ids.get(registry)))
  })

/** Reads a registry: over the network, from a saved body, or from its sample. */
export const client = reading(({ layer }) => layer)

/** Reads the editions of a registry, which may need less than reading all of it. */
export const listing = reading(({ layer, layerListing }) => layerListing ?? layer)
