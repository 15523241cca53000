import { Effect, Layer, Option } from "effect"

// With it come the HTTP client and every registry's adapter; most commands need neither.
const registries = Effect.promise(() => import("trials-domain/registries"))

/** A registry by its name: what the pipeline knows of it, and the ways to read it. */
export const named = (name: string) => Effect.flatMap(registries, ({ find }) => find(name))

/** Refuses a registry that nobody knows, where one is named at all. */
export const known = (name: string | undefined) =>
  name === undefined ? Effect.void : Effect.asVoid(named(name))

/** What the pipeline knows of the registry of a name, or of every one. */
export const oneOrAll = (name: string | undefined) =>
  Effect.map(
    Effect.flatMap(registries, ({ all, find }) =>
      name === undefined ? Effect.succeed(all) : Effect.map(find(name), (source) => [source])
    ),
    (sources) => sources.map(({ registry }) => registry)
  )

const reading = (way: "live" | "listing") => (name: string, from: Option.Option<string>) =>
  Layer.unwrapEffect(
    Effect.map(named(name), (source) =>
      Option.match(from, { onNone: () => source[way], onSome: source.replay })
    )
  )

/** Reads a registry: over the network, or from a saved body. */
export const client = reading("live")

/** Reads the editions of a registry, for which no key is needed. */
export const listing = reading("listing")
