import * as Command from "@effect/cli/Command"
import { Effect } from "effect"
import * as Extract from "trials-domain/Extract"
import { RegistryClient } from "trials-domain/RegistryClient"
import { help } from "../cli/Help.js"
import { everywhere, from, registry } from "../cli/Options.js"
import { clean, Output } from "../output/Output.js"
import * as Source from "../Source.js"

export const count = Command.make("count", { registry, from, ...everywhere }, (options) =>
  Effect.gen(function* () {
    const { answer } = yield* Output
    const client = yield* RegistryClient
    const { notes, revision } = yield* client.resolve(null)
    yield* Effect.forEach(notes, (note) => Effect.logWarning(note), { discard: true })
    const records = yield* Extract.count(revision)
    yield* answer({ registry: client.registry.name, revision, count: records }, () =>
      clean(
        `${client.registry.name} holds ${records} records (edition ${[revision.date, revision.id].filter(Boolean).join(", ")})`
      )
    )
  }).pipe(Effect.provide(Source.client(options.registry, options.from)))
).pipe(
  Command.withDescription(
    help("Ask a registry how many records it holds. Reads nothing else, and needs no database.", [
      ["trials count --registry kdca", "needs ODCLOUD_SERVICE_KEY"]
    ])
  )
)
