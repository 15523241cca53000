import { Context } from "effect"
import type * as Sources from "trials-domain/registries"

/** The registries that this command knows. */
export class Registries extends Context.Tag("trials-batch/Registries")<Registries, Sources.Registries>() {}
