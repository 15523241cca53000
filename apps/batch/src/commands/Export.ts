import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Layer, Option, Stream } from "effect"
import { extname } from "node:path"
import { ExportQueries, pages } from "trials-domain/ExportQueries"
import { report } from "trials-domain/Progress"
import type { Format } from "trials-export"
import { filterOf, filters } from "../cli/Filters.js"
import { help } from "../cli/Help.js"
import { everywhere, instant, oneOf } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Misuse } from "../Failure.js"
import { Output } from "../output/Output.js"
import * as ProgressBar from "../output/ProgressBar.js"
import { bytes } from "../output/ReleaseText.js"
import * as WholeFile from "../output/WholeFile.js"
import * as Source from "../Source.js"

const formats = ["csv", "ndjson", "parquet"] as const satisfies ReadonlyArray<Format>

/** The format that was asked for, or that the name of the file has. */
const formatOf = (asked: Option.Option<Format>, file: Option.Option<string>) => {
  const ending = Option.map(file, (path) => extname(path).slice(1).toLowerCase())
  const found = Option.orElse(asked, () =>
    Option.flatMapNullable(ending, (name) => formats.find((each) => each === name))
  )
  return Effect.mapError(
    found,
    () => new Misuse({ message: `Say in which format: --format ${formats.join(", ")}.` })
  )
}

export const exportTrials = Command.make(
  "export",
  {
    ...filters,
    format: oneOf("format", formats, "csv, ndjson or parquet. Default: as the name of the file ends."),
    output: Options.file("output").pipe(
      Options.withDescription(
        "The file to write; it is there when it is whole. Default, and with -: stdout."
      ),
      Options.optional,
      Options.map(Option.filter((path) => path !== "-"))
    ),
    force: Options.boolean("force").pipe(
      Options.withDescription(
        "Replace a file that is there, and keep symbolic links to it, its permissions and its owner."
      )
    ),
    asOf: instant(
      "as-of",
      "end",
      "As we had observed them then: an instant with its zone, or a date (its end, in UTC)."
    ),
    excel: Options.boolean("excel").pipe(
      Options.withDescription(
        "Of CSV, for a spreadsheet: a byte order mark, and an apostrophe before a text that would be a formula."
      )
    ),
    ...everywhere
  },
  ({ asOf, excel, force, format: asked, output, ...chosen }) =>
    Effect.gen(function* () {
      const out = yield* Output
      const format = yield* formatOf(asked, output)
      if (excel && format !== "csv") return yield* new Misuse({ message: "--excel is for CSV alone." })
      if (Option.isNone(output)) {
        if (out.json)
          return yield* new Misuse({
            message: "The export itself goes to stdout: --json needs --output with a file."
          })
        if (format === "parquet" && out.terminal)
          return yield* new Misuse({
            message: "A terminal cannot show Parquet: give --output with a file, or a pipe."
          })
      }
      const filter = filterOf(chosen)
      yield* Source.known(filter.registry)
      const queries = yield* ExportQueries
      const { render } = yield* Effect.promise(() => import("trials-export"))
      const pin = yield* queries.pin({ filter, asOf: Option.getOrUndefined(asOf) })
      const total = yield* queries.size(pin)
      const file = yield* Effect.transposeOption(Option.map(output, (path) => WholeFile.begin(path, force)))
      const put = Option.match(file, { onNone: () => out.bytes, onSome: ({ write }) => write })
      const written = { trials: 0, bytes: 0 }
      let looked = 0
      const all = pages(pin, (after) => queries.page(pin, after))
      // Who reads stdout may need no more; a file is written whole.
      const wanted = Option.isNone(output) ? Stream.takeUntilEffect(all, () => out.closed) : all
      const trials = wanted.pipe(
        Stream.tap((page) => {
          looked += page.looked
          written.trials += page.trials.length
          return report({ step: "export", done: Math.min(looked, total), total })
        }),
        Stream.map((page) => page.trials),
        Stream.filter((page) => page.length > 0)
      )
      yield* Stream.runForEach(render(format, { excel })(trials), (part) => {
        written.bytes += part.byteLength
        return put(part)
      }).pipe(Effect.provide(ProgressBar.layer))
      yield* Effect.transposeOption(Option.map(file, ({ keep }) => keep))
      // Stdout has not taken all of it: the reader needed no more, or `flushed` tells why.
      if (yield* out.closed) return
      const { publication } = pin
      const document = {
        file: Option.getOrNull(output),
        format,
        publication,
        asOf: pin.asOf ?? null,
        ...written
      }
      if (out.quiet && !out.json) return
      const count = `${written.trials} trial${written.trials === 1 ? "" : "s"}, ${bytes(written.bytes)}.`
      if (Option.isNone(output)) return out.note(count)
      yield* out.answer(document, () => `${output.value}: ${count}`)
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.provide(Layer.merge(ExportQueries.layer, Source.queries), Databases.reader))
    )
).pipe(
  Command.withDescription(
    help(
      "All trials of a filter as a file, each with all its fields, by registry and id: as they are when the command " +
        "begins, whatever a run writes meanwhile.",
      [
        ["trials export --output trials.parquet", "everything, for DuckDB, pandas or R"],
        ["trials export 치매 --format csv --excel --output 치매.csv", "for a spreadsheet"],
        ["trials export --as-of 2026-03-31 --format ndjson | head", "as it was known at the end of that day"]
      ]
    )
  )
)
