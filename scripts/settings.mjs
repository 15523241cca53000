// The settings of the environment and of `.env`, as the programs read them, and the registries that come with a sample.
// There is nothing to import before prepare().
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import { Effect } from "effect"
import { load } from "trials-domain/DotEnv"
import * as Environment from "trials-domain/Environment"

/** The names of the registries that come with a sample. */
export const samples = async () => {
  const { builtin } = await import("trials-domain/registries")
  return builtin.filter(({ layerSample }) => layerSample !== undefined).map(({ registry }) => registry.name)
}

export const settings = () =>
  Effect.runPromise(
    load(process.env).pipe(
      Effect.map(() => Environment.settings(process.env)),
      Effect.catchAll((error) =>
        Effect.sync(() => {
          console.error(`npm start: ${Environment.explain(error)}`)
          process.exit(2)
        })
      ),
      Effect.provide(NodeFileSystem.layer)
    )
  )
