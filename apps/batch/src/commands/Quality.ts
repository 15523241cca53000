import * as Command from "@effect/cli/Command"
import { Effect, Layer } from "effect"
import type { FindingTrend, Quality } from "trials-domain/Quality"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { help } from "../cli/Help.js"
import { everywhere, registry } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Output } from "../output/Output.js"
import { table } from "../output/Table.js"
import * as Source from "../Source.js"

const columns = [
  { head: "COUNT" },
  { head: "BEFORE" },
  { head: "FINDING" },
  { head: "FIELD" },
  { head: "AS IN", gives: true }
]

const exampleText = ({ examples }: FindingTrend): string =>
  examples
    .slice(0, 5)
    .map(({ id, value }) => (value === null ? id : `${id} (${value})`))
    .join(", ")

const headText = ({ finishedAt, registry, rejected, runId }: Quality): string =>
  runId === null
    ? `No run of ${registry} was proven whole yet: \`trials sync --registry ${registry}\` makes one.`
    : `The last proven run is ${runId} (${finishedAt ?? ""}); ${rejected.count} records rejected` +
      `${rejected.previous === null ? "" : `, ${rejected.previous} in the run before`}.`

const text = (found: Quality, width: number): string =>
  [
    headText(found),
    ...found.rejected.records
      .slice(0, 20)
      .map(({ id, reason }) => `  rejected ${id ?? "(no id)"}: ${reason}`),
    ...(found.findings.length === 0
      ? []
      : [
          table(
            columns,
            found.findings.map((finding) => [
              finding.count,
              finding.previous,
              finding.code,
              finding.field,
              exampleText(finding)
            ]),
            { width, wrap: true }
          )
        ])
  ].join("\n")

export const quality = Command.make("quality", { registry, ...everywhere }, (options) =>
  Effect.gen(function* () {
    const { answer, width } = yield* Output
    const found = yield* Effect.flatMap(RegistryQueries, (queries) =>
      queries.quality({ registry: options.registry })
    ).pipe(Effect.provide(Layer.provide(Source.queries, Databases.reader)))
    yield* answer(found, () => text(found, width))
  })
).pipe(
  Command.withDescription(
    help(
      "What is wrong with the data themselves: values that cannot be read, that are missing, or that have aliases.",
      [["trials quality --registry kdca", "of the last proven run"]]
    )
  )
)
