import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import { Effect, Layer } from "effect"
import { IdentifierQueries } from "trials-domain/IdentifierQueries"
import type { IdentifiedTrial } from "trials-domain/RelatedTrial"
import { help } from "../cli/Help.js"
import { everywhere } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { clean, Output } from "../output/Output.js"
import { type Column, table } from "../output/Table.js"

const columns: ReadonlyArray<Column> = [
  { head: "REGISTRY" },
  { head: "ID" },
  { head: "KNOWN BY" },
  { head: "STATUS" },
  { head: "TITLE", gives: true }
]

/** As what a trial has an identifier. */
const known = ({ identifier, kind }: IdentifiedTrial): string =>
  kind === "own" ? "its id" : kind === "former" ? `former id ${identifier}` : `${kind} ${identifier}`

const row = (found: IdentifiedTrial) => {
  const { id, missingSince, registry, status, title } = found.trial
  return [registry, id, known(found), missingSince === null ? (status ?? "") : "no longer listed", title]
}

export const find = Command.make(
  "find",
  {
    identifier: Args.text({ name: "identifier" }).pipe(
      Args.withDescription("In any spelling, as in NCT01234567, 2014-001234-12 or KCT0001234.")
    ),
    ...everywhere
  },
  ({ identifier }) =>
    Effect.gen(function* () {
      const { json, line, print, width } = yield* Output
      const queries = yield* IdentifierQueries
      const { items, total } = yield* queries.find({ identifier })
      yield* Effect.forEach(items, line, { discard: true })
      if (json) return yield* line({ total })
      yield* print(
        items.length === 0
          ? clean(
              `No trial here is known by ${identifier}. That says nothing of the registries that are not here.`
            )
          : table(columns, items.map(row), { width })
      )
      if (items.length < total.value) {
        const more = total.relation === "gte" ? "more than " : ""
        yield* print(`\n${items.length} of ${more}${total.value} trials.`)
      }
    }).pipe(Effect.provide(Layer.provide(IdentifierQueries.layer, Databases.reader)))
).pipe(
  Command.withDescription(
    help("The trials that are known by an identifier: a registry's own, a former one, or one elsewhere.", [
      ["trials find NCT01234567", "also by the number of a record that was merged into another"],
      [
        "trials find 'eudract 2014-001234-12' --json",
        "one trial a line, 100 at most; the last line, {total}, is how many there are"
      ]
    ])
  )
)
