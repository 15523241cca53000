import { Effect } from "effect"
import { ctgovSource } from "./ctgov/CtgovSource.js"
import { kdcaSource } from "./kdca/KdcaSource.js"
import { InvalidRegistry } from "./Registry.js"
import { RegistryNotFound } from "./RegistryNotFound.js"
import type { RegistrySource } from "./RegistrySource.js"

/** A list of registries, each with a name of its own. It cannot be changed. */
export type Registries = ReadonlyArray<RegistrySource>

/** Makes a list of registries. Throws `InvalidRegistry` if two have the same name, which their trials would share. */
export const make = <Source extends Pick<RegistrySource, "registry">>(
  sources: Iterable<Source>
): ReadonlyArray<Source> => {
  const registries = Object.freeze([...sources].map((source) => Object.freeze({ ...source })))
  const names = registries.map(({ registry }) => registry.name)
  const twice = names.find((name, at) => names.indexOf(name) !== at)
  if (twice !== undefined) {
    throw new InvalidRegistry({
      message: `Two registries are called ${twice}, so their trials would be mixed. Leave one out, or give it another name.`
    })
  }
  return registries
}

/** Every registry that comes with the library. A program may add its own: `[...builtin, acme]`. */
export const builtin: Registries = make([kdcaSource, ctgovSource])

/** Finds a registry, and the ways to read it, by its name. */
export const find = (
  registries: Registries,
  name: string
): Effect.Effect<RegistrySource, RegistryNotFound> => {
  const found = registries.find(({ registry }) => registry.name === name)
  return found === undefined
    ? new RegistryNotFound({ registry: name, known: registries.map(({ registry }) => registry.name) })
    : Effect.succeed(found)
}
