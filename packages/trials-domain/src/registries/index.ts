import { Effect, Schema } from "effect"
import { kdca } from "./kdca/Kdca.js"
import { listing, live } from "./kdca/KdcaConfig.js"
import * as OdcloudReplay from "./kdca/OdcloudReplay.js"

/**
 * Every registry: what the pipeline knows of it, the live one from the settings (`listing` for its editions alone,
 * which need no key), and a saved one from a path.
 */
export const all = [{ registry: kdca, live, listing, replay: OdcloudReplay.layer }]

/** No registry has that name. */
export class UnknownRegistry extends Schema.TaggedError<UnknownRegistry>("trials-domain/UnknownRegistry")(
  "UnknownRegistry",
  { name: Schema.String }
) {
  override get message(): string {
    return `There is no registry "${this.name}". Known: ${all.map(({ registry }) => registry.name).join(", ")}.`
  }
}

/** A registry and the ways to read it, by its name. */
export const find = (name: string): Effect.Effect<(typeof all)[number], UnknownRegistry> => {
  const found = all.find(({ registry }) => registry.name === name)
  return found === undefined ? new UnknownRegistry({ name }) : Effect.succeed(found)
}
