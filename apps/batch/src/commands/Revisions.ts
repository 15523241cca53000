import * as Command from "@effect/cli/Command"
import { Effect } from "effect"
import { RegistryClient } from "trials-domain/RegistryClient"
import { help } from "../cli/Help.js"
import { everywhere, from, registry } from "../cli/Options.js"
import { Output } from "../output/Output.js"
import { table } from "../output/Table.js"
import * as Source from "../Source.js"

const columns = [{ head: "DATE" }, { head: "EDITION" }, { head: "TITLE", gives: true }]

export const revisions = Command.make("revisions", { registry, from, ...everywhere }, (options) =>
  Effect.gen(function* () {
    const { line, print, width } = yield* Output
    const editions = yield* Effect.flatMap(RegistryClient, (client) => client.revisions)
    yield* Effect.forEach(editions, line, { discard: true })
    yield* print(
      table(
        columns,
        editions.map(({ date, id, title }) => [date, id, title]),
        { width }
      )
    )
  }).pipe(Effect.provide(Source.listing(options.registry, options.from)))
).pipe(
  Command.withDescription(
    help("The editions that a registry lists, oldest first. `trials sync --revision` reads one of them.", [
      ["trials revisions --registry kdca", "reads the portal's list; needs no key"]
    ])
  )
)
