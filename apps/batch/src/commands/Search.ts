import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Layer, Option } from "effect"
import type { TrialSummary } from "trials-domain/Trial"
import { TrialSort } from "trials-domain/TrialFilter"
import { TrialQueries } from "trials-domain/TrialQueries"
import { filterOf, filters } from "../cli/Filters.js"
import { help } from "../cli/Help.js"
import { everywhere, limit, oneOf } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Output } from "../output/Output.js"
import { table } from "../output/Table.js"
import { pages } from "../Pages.js"
import * as Source from "../Source.js"

const columns = [
  { head: "ID" },
  { head: "TITLE", gives: true },
  { head: "TYPE" },
  { head: "PHASE" },
  { head: "DEPARTMENT", gives: true },
  { head: "INSTITUTION", gives: true },
  { head: "UPDATED" }
]

const row = (trial: TrialSummary) => [
  trial.id,
  trial.title,
  trial.studyType ?? "",
  trial.phases.length > 0 ? trial.phases.join(", ") : (trial.observationalModel ?? ""),
  trial.department,
  trial.leadInstitution,
  trial.updatedAt.slice(0, 10)
]

export const search = Command.make(
  "search",
  {
    ...filters,
    sort: oneOf(
      "sort",
      TrialSort.literals,
      "-updatedAt (newest change first, unless told), updatedAt or id."
    ).pipe(Options.map(Option.getOrElse((): TrialSort => "-updatedAt"))),
    limit: limit(20),
    ...everywhere
  },
  ({ limit, sort, ...chosen }) =>
    Effect.gen(function* () {
      const { line, print, width } = yield* Output
      const queries = yield* TrialQueries
      const filter = filterOf(chosen)
      yield* Source.known(filter.registry)
      const { items, total } = yield* pages(limit, (size, cursor) =>
        queries.list({ filter, sort, limit: size, cursor })
      )
      yield* Effect.forEach(items, line, { discard: true })
      if (items.length > 0) yield* print(`${table(columns, items.map(row), { width })}\n`)
      const more = total.relation === "gte" ? "more than " : total.relation === "approx" ? "about " : ""
      yield* print(
        items.length < total.value
          ? `${items.length} of ${more}${total.value} trials; --limit shows more.`
          : `${total.value} trial${total.value === 1 ? "" : "s"}.`
      )
    }).pipe(Effect.provide(Layer.provide(Layer.merge(TrialQueries.layer, Source.queries), Databases.reader)))
).pipe(
  Command.withDescription(
    help("Find trials by text and filters.", [
      ["trials search 치매", "anywhere in a trial"],
      ["trials search CAR-T --country KR", "words that stand next to each other, and a filter"],
      ["trials search --study-type observational --scope multi-center --limit 100", "filters alone"],
      ["trials search 병원 --json", "one trial a line, for a program"]
    ])
  )
)
