import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Clock, Effect, Layer, Option, Ref, Stream } from "effect"
import { ChangeKind } from "trials-domain/Change"
import { beginning, type FeedPosition } from "trials-domain/FeedPosition"
import { fromMillis } from "trials-domain/Instant"
import { contentFields } from "trials-domain/Trial"
import type { TrialVersion } from "trials-domain/TrialVersion"
import { VersionQueries } from "trials-domain/VersionQueries"
import { help } from "../cli/Help.js"
import { everywhere, filter, oneOf, position } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Misuse } from "../Failure.js"
import { Output } from "../output/Output.js"
import { type Column, table } from "../output/Table.js"
import { changeText, kindText, minute } from "../output/VersionText.js"
import * as Source from "../Source.js"

const week = 7 * 86_400_000
const page = 1000
/** If one run has more changes of one kind than this, they share one row: a first run creates every trial. */
const many = 20

const columns: ReadonlyArray<Column> = [
  { head: "SEQ" },
  { head: "OBSERVED (UTC)" },
  { head: "REGISTRY" },
  { head: "TRIAL" },
  { head: "KIND" },
  { head: "WHAT CHANGED", gives: true }
]

const keyOf = (version: TrialVersion): string => `${version.runId} ${kindText(version)}`

// Whoever reads an edit wants to know what was edited, unless all of a registry was.
const isOfItsOwn = ({ kind, mass }: TrialVersion): boolean => kind === "edited" && !mass

const rowsOf = (versions: ReadonlyArray<TrialVersion>) => {
  const groups = new Map<string, Array<TrialVersion>>()
  for (const version of versions) groups.set(keyOf(version), [...(groups.get(keyOf(version)) ?? []), version])
  const told = new Set<string>()
  return versions.flatMap((version) => {
    const group = groups.get(keyOf(version)) ?? []
    const when = [minute(version.observedAt), version.registry]
    if (isOfItsOwn(version) || group.length <= many) {
      return [[version.seq, ...when, version.id, kindText(version), changeText(version)]]
    }
    if (told.has(keyOf(version))) return []
    told.add(keyOf(version))
    const what = `${group.length} trials in one run; --kind ${version.kind} --all lists them`
    return [[`${version.seq}…`, ...when, "", kindText(version), what]]
  })
}

const flag = (name: string, description: string) =>
  Options.boolean(name).pipe(Options.withDescription(description))

/** Which edits are told apart from others. */
const told = {
  silent: flag("silent", "Only edits whose registry did not move its own update date."),
  noSilent: flag("no-silent", "Without such edits."),
  mass: flag("mass", "Only edits of a run that edited much of its registry at once."),
  noMass: flag("no-mass", "Without such edits.")
}
type Told = Readonly<Record<keyof typeof told, boolean>>

/** What two opposite options say together; undefined if neither is given. */
const chosen = (options: Told, only: "silent" | "mass", without: "noSilent" | "noMass") =>
  options[only] && options[without]
    ? new Misuse({ message: `--${only} and --no-${only} together leave nothing; give one of them.` })
    : Effect.succeed(options[only] ? true : options[without] ? false : undefined)

export const changes = Command.make(
  "changes",
  {
    after: position(
      "after",
      "Every change after this position in the feed: nextAfter of an earlier answer, or the seq of a change; 0 is the " +
        "beginning. Default: those of the last 7 days."
    ),
    all: Options.boolean("all").pipe(
      Options.withDescription("A row for every change, also where a run made many alike.")
    ),
    registry: filter("registry", "Only this registry."),
    kind: oneOf("kind", ChangeKind.literals, `Only changes of this kind: ${ChangeKind.literals.join(", ")}.`),
    field: oneOf("field", contentFields, "Only changes of this field, as in title."),
    ...told,
    ...everywhere
  },
  ({ after, all, field, kind, registry, ...rest }) =>
    Effect.gen(function* () {
      const silent = yield* chosen(rest, "silent", "noSilent")
      const mass = yield* chosen(rest, "mass", "noMass")
      const { closed, json, line, print, quiet, width } = yield* Output
      const queries = yield* VersionQueries
      // Otherwise a mistyped name would look like a quiet week.
      yield* Source.known(registry)
      const since = Option.isSome(after) ? undefined : fromMillis((yield* Clock.currentTimeMillis) - week)
      const wanted = {
        filter: { registry },
        kind: Option.getOrUndefined(kind),
        field: Option.getOrUndefined(field),
        silent,
        mass,
        since,
        limit: page
      }
      const reached = yield* Ref.make(beginning)
      const feed = Stream.paginateEffect(
        Option.getOrElse(after, () => beginning),
        (from) =>
          Effect.map(
            Effect.tap(queries.changes({ ...wanted, after: from }), ({ nextAfter }) =>
              Ref.set(reached, nextAfter)
            ),
            ({ items, nextAfter }) => [
              items,
              // A part may be short and not the last: one that looked at very many changes ends early.
              nextAfter === from ? Option.none<FeedPosition>() : Option.some(nextAfter)
            ]
          )
      )
      if (json) {
        yield* feed.pipe(
          Stream.takeUntilEffect(() => closed),
          Stream.runForEach((items) => Effect.forEach(items, line, { discard: true }))
        )
        return yield* line({ nextAfter: yield* Ref.get(reached) })
      }
      const found = (yield* Stream.runCollect(feed)).pipe((pages) => [...pages].flat())
      const when = Option.isSome(after) ? "after that" : "in the last 7 days"
      const isChosen = [registry, wanted.kind, wanted.field, silent, mass].some((each) => each !== undefined)
      const none = isChosen ? `No change ${when} fits these options.` : `Nothing changed ${when}.`
      const rows = all
        ? found.map((version) => [
            version.seq,
            minute(version.observedAt),
            version.registry,
            version.id,
            kindText(version),
            changeText(version)
          ])
        : rowsOf(found)
      yield* print(found.length === 0 ? none : table(columns, rows, { width, wrap: true }))
      if (!quiet) yield* print(`Later changes: trials changes --after ${yield* Ref.get(reached)}`)
    }).pipe(
      Effect.provide(Layer.provide(Layer.merge(VersionQueries.layer, Source.queries), Databases.reader))
    )
).pipe(
  Command.withDescription(
    help("What changed, in the order in which it was committed.", [
      ["trials changes", "the last 7 days"],
      [
        "trials changes --after 145:0a1b2c --json",
        "one change a line; the last line, {nextAfter}, is the next --after"
      ],
      ["trials changes --kind edited --field enrollment --after 0", "every edit of one field"],
      ["trials changes --silent --no-mass", "what was edited without a word, but not all at once"]
    ])
  )
)
