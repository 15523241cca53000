import { Schema } from "effect"

/** There is no registry of that name. */
export class RegistryNotFound extends Schema.TaggedError<RegistryNotFound>("trials-domain/RegistryNotFound")(
  "RegistryNotFound",
  { registry: Schema.String, known: Schema.Array(Schema.String) }
) {
  override get message(): string {
    const known = this.known.length === 0 ? "there is none" : `there is ${this.known.join(", ")}`
    return `No registry ${this.registry} is known here: ${known}.`
  }
}
