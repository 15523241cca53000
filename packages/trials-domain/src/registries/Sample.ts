import { Effect, Layer } from "effect"
import { createRequire } from "node:module"
import type { RegistryClient } from "./RegistryClient.js"
import { refused } from "./SavedBodies.js"
import type { UpstreamError } from "./UpstreamError.js"

/** The sample of a registry that comes with this package, read as a file of its own. */
export const sampleOf = <R>(
  registry: string,
  layer: (path: string) => Layer.Layer<RegistryClient, UpstreamError, R>
): Layer.Layer<RegistryClient, UpstreamError, R> => {
  const name = `${registry}.json`
  return Layer.unwrapEffect(
    Effect.try({
      // By the name of the package, so that a bundle of this module finds it too.
      try: () => layer(createRequire(import.meta.url).resolve(`trials-domain/sample/${name}`)),
      catch: () =>
        refused(registry)(name, "the sample that comes with the package trials-domain is not there.")
    })
  )
}
