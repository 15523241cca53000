import * as Command from "@effect/cli/Command"
import { Effect, Layer } from "effect"
import { RunQueries } from "trials-domain/RunQueries"
import type { RunSummary } from "trials-domain/Run"
import { help } from "../cli/Help.js"
import { everywhere, filter, limit } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Output } from "../output/Output.js"
import * as RunText from "../output/RunText.js"
import { table } from "../output/Table.js"
import { pages } from "../Pages.js"
import * as Source from "../Source.js"

const columns = [
  { head: "RUN" },
  { head: "REGISTRY" },
  { head: "STARTED" },
  { head: "VERDICT" },
  { head: "READ" },
  { head: "NEW" },
  { head: "EDITED" },
  { head: "GONE" },
  { head: "REASON", gives: true }
]

const row = (run: RunSummary) => [
  run.runId,
  run.registry,
  run.startedAt,
  run.reason === null && run.finishedAt !== null && run.observedAt === null
    ? "dry run"
    : RunText.verdictOf(run),
  run.counts.extracted,
  run.counts.created,
  run.counts.edited,
  run.counts.disappeared,
  run.reason?.code ?? ""
]

export const runsList = Command.make(
  "list",
  { registry: filter("registry", "Only runs of this registry."), limit: limit(20), ...everywhere },
  ({ limit, registry }) =>
    Effect.gen(function* () {
      const { line, print, width } = yield* Output
      const queries = yield* RunQueries
      yield* Source.known(registry)
      const { items, total } = yield* pages(limit, (size, cursor) =>
        queries.list({ registry, limit: size, cursor })
      )
      yield* Effect.forEach(items, line, { discard: true })
      yield* print(
        items.length === 0
          ? "No runs yet: `trials sync --registry kdca` makes one."
          : table(columns, items.map(row), { width })
      )
      if (items.length < total.value)
        yield* print(`\n${items.length} of ${total.value} runs; --limit ${total.value} shows all.`)
    }).pipe(Effect.provide(Layer.provide(Layer.merge(RunQueries.layer, Source.queries), Databases.reader)))
).pipe(
  Command.withDescription(
    help("The ledger: every run, newest first, whatever its verdict.", [
      ["trials runs list", "the last 20"],
      ["trials runs list --limit 1 --json", "the last one, for a program"]
    ])
  )
)
