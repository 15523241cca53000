import * as Command from "@effect/cli/Command"
import { Effect, Layer } from "effect"
import { VersionQueries } from "trials-domain/VersionQueries"
import { help } from "../cli/Help.js"
import { everywhere, limit, oneTrial } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Output } from "../output/Output.js"
import { table } from "../output/Table.js"
import { changeText, kindText, minute } from "../output/VersionText.js"
import { pages } from "../Pages.js"

const columns = [
  { head: "VERSION" },
  { head: "OBSERVED (UTC)" },
  { head: "EDITION" },
  { head: "KIND" },
  { head: "WHAT CHANGED", gives: true }
]

export const history = Command.make("history", { ...oneTrial, limit: limit(100), ...everywhere }, (options) =>
  Effect.gen(function* () {
    const { line, print, width } = yield* Output
    const queries = yield* VersionQueries
    const { items, total } = yield* pages(options.limit, (size, cursor) =>
      queries.history({ registry: options.registry, id: options.id, limit: size, cursor })
    )
    yield* Effect.forEach(items, line, { discard: true })
    const rows = items.map((version) => [
      version.version,
      minute(version.observedAt),
      version.editionDate,
      kindText(version),
      changeText(version)
    ])
    yield* print(table(columns, rows, { width, wrap: true }))
    if (items.length < total.value)
      yield* print(`\n${items.length} of ${total.value} versions; --limit shows more.`)
  }).pipe(Effect.provide(Layer.provide(VersionQueries.layer, Databases.reader)))
).pipe(
  Command.withDescription(
    help("The versions of one trial, newest first, each with its cause.", [
      ["trials history kdca C130010", "who changed what, and when it was seen"]
    ])
  )
)
