import { Effect, Schema } from "effect"
import { kdcaSource } from "./kdca/KdcaSource.js"
import type { RegistrySource } from "./RegistrySource.js"

/** Every registry that comes with the library. */
export const all: ReadonlyArray<RegistrySource> = Object.freeze([kdcaSource])

/** No registry has that name. */
export class UnknownRegistry extends Schema.TaggedError<UnknownRegistry>("trials-domain/UnknownRegistry")(
  "UnknownRegistry",
  { name: Schema.String }
) {
  override get message(): string {
    return `There is no registry "${this.name}". Known: ${all.map(({ registry }) => registry.name).join(", ")}.`
  }
}

/** Finds a registry and the ways to read it, by its name. */
export const find = (name: string): Effect.Effect<RegistrySource, UnknownRegistry> => {
  const found = all.find(({ registry }) => registry.name === name)
  return found === undefined ? new UnknownRegistry({ name }) : Effect.succeed(found)
}
