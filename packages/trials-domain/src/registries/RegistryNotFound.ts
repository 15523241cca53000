import { Schema } from "effect"

/** There is no registry of that name. */
export class RegistryNotFound extends Schema.TaggedError<RegistryNotFound>("trials-domain/RegistryNotFound")(
  "RegistryNotFound",
  { registry: Schema.String, known: Schema.Array(Schema.String) }
) {
  override get message(): string {
    return `No registry ${this.registry} is known here: there is ${this.known.join(", ")}.`
  }
}
