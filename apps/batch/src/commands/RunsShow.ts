import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import { Effect, Layer } from "effect"
import type { Run } from "trials-domain/Run"
import { RunQueries } from "trials-domain/RunQueries"
import { help } from "../cli/Help.js"
import { everywhere } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { clean, Output } from "../output/Output.js"
import * as RunText from "../output/RunText.js"

const shown = 20

const detail = (run: Run): ReadonlyArray<string> => [
  ...(run.resumedPages > 0
    ? [
        `resumed   ${run.resumedPages} pages that an earlier run left behind; what they were read from has not changed`
      ]
    : []),
  ...(run.dataTimestamp === null ? [] : [`data of   ${run.dataTimestamp}`]),
  `mapping   version ${run.mappingVersion}`,
  ...run.rejected.slice(0, shown).map(({ id, reason }) => `rejected  ${id ?? "(no id)"}: ${reason}`),
  ...(run.rejected.length > shown
    ? [`          and ${run.rejected.length - shown} more; --json has them`]
    : []),
  ...run.findings.map(
    ({ code, count, examples, field }) =>
      `finding   ${count} × ${code}${field === null ? "" : ` (${field})`}, as in ${examples[0]?.id ?? ""}`
  )
]

export const runsShow = Command.make(
  "show",
  {
    id: Args.text({ name: "id" }).pipe(Args.withDescription("As `trials runs list` prints it.")),
    ...everywhere
  },
  ({ id }) =>
    Effect.gen(function* () {
      const { answer } = yield* Output
      const run = yield* Effect.flatMap(RunQueries, (queries) => queries.get({ runId: id }))
      yield* answer(run, () => [RunText.report(run), ...detail(run).map(clean)].join("\n"))
    }).pipe(Effect.provide(Layer.provide(RunQueries.layer, Databases.reader)))
).pipe(
  Command.withDescription(
    help("One run: its report, how it was proven whole, what disagreed, what was rejected and found.", [
      ["trials runs show 20261123T090000Z-0a1b2c", "an id from `trials runs list`"]
    ])
  )
)
