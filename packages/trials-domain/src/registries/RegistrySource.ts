import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import type { ConfigError, Layer } from "effect"
import type { Registry } from "./Registry.js"
import type { RegistryClient } from "./RegistryClient.js"
import type { UpstreamError } from "./UpstreamError.js"

/** A registry and the ways to read it. */
export interface RegistrySource {
  readonly registry: Registry
  /** Reads it over the network, as the settings say. */
  readonly layer: Layer.Layer<RegistryClient, UpstreamError | ConfigError.ConfigError>
  /** Reads only its editions, where that needs less than reading all of it. */
  readonly layerListing?: Layer.Layer<RegistryClient, UpstreamError | ConfigError.ConfigError>
  /** Reads a saved copy of it: a file, or a folder of pages. */
  readonly layerReplay?: (
    path: string
  ) => Layer.Layer<RegistryClient, UpstreamError, FileSystem.FileSystem | Path.Path>
  /** The settings that it needs and that nobody else may see, such as a key. */
  readonly secrets?: ReadonlyArray<string>
  /** Reads the sample that comes with it, where there is one: real records, to try everything without a key. */
  readonly layerSample?: Layer.Layer<RegistryClient, UpstreamError, FileSystem.FileSystem | Path.Path>
}
