import * as Command from "@effect/cli/Command"
import { Duration, Effect, Layer, Option } from "effect"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { isStale, type RegistryState } from "trials-domain/RegistryState"
import * as Age from "trials-domain/Age"
import { staleAfter } from "trials-domain/Environment"
import { help } from "../cli/Help.js"
import { age, everywhere, filter } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Ended, exits, Misuse } from "../Failure.js"
import { Output } from "../output/Output.js"
import * as Source from "../Source.js"

interface Freshness {
  readonly registry: string
  readonly stale: boolean
  readonly ageSeconds: number | null
  /** As much of the age as counts. */
  readonly countedAgeSeconds: number | null
  readonly maxAgeSeconds: number
  readonly lastProvenAt: string | null
}

const freshness = (
  state: Pick<RegistryState, "name" | "ageSeconds" | "countedAgeSeconds" | "lastProvenAt">,
  maxAge: Duration.Duration
): Freshness => ({
  registry: state.name,
  stale: isStale(state, maxAge),
  ageSeconds: state.ageSeconds,
  countedAgeSeconds: state.countedAgeSeconds,
  maxAgeSeconds: Duration.toSeconds(maxAge),
  lastProvenAt: state.lastProvenAt
})

const ago = (seconds: number): string => Age.format(Duration.seconds(seconds))

const text = ({
  ageSeconds,
  countedAgeSeconds,
  lastProvenAt,
  maxAgeSeconds,
  registry,
  stale
}: Freshness): string =>
  ageSeconds === null && lastProvenAt !== null
    ? `stale  ${registry}: the last proven run ended at ${lastProvenAt}, which is in the future: a clock is wrong`
    : ageSeconds === null
      ? `stale  ${registry}: no run was ever proven whole; \`trials runs list\` shows what was tried`
      : `${stale ? "stale" : "fresh"}  ${registry}: the last proven run ended ${ago(ageSeconds)} ago ` +
        `(${lastProvenAt ?? ""}${countedAgeSeconds === ageSeconds ? "" : `; ${ago(countedAgeSeconds ?? 0)} without weekends`}); the limit is ${ago(maxAgeSeconds)}`

export const watch = Command.make(
  "watch",
  {
    maxAge: age(
      "max-age",
      "The greatest age of the last proven run, as in 36h; TRIALS_STALE_AFTER unless given."
    ),
    registry: filter("registry", "Only this registry; every one unless given."),
    ...everywhere
  },
  ({ maxAge, registry }) =>
    Effect.gen(function* () {
      const { line, print, quiet } = yield* Output
      const greatest = Option.isSome(maxAge) ? maxAge : yield* staleAfter
      if (Option.isNone(greatest)) {
        return yield* new Misuse({
          message: "Say how old is too old: --max-age 36h, or the setting TRIALS_STALE_AFTER."
        })
      }
      const states = yield* Effect.zipRight(
        Source.known(registry),
        Effect.flatMap(RegistryQueries, ({ list }) => list)
      ).pipe(Effect.provide(Layer.provide(Source.queries, Databases.reader)))
      const watched = registry === undefined ? states : states.filter(({ name }) => name === registry)
      // A registry that is named and was never read is not in the list.
      const found =
        registry !== undefined && watched.length === 0
          ? [
              freshness(
                { name: registry, ageSeconds: null, countedAgeSeconds: null, lastProvenAt: null },
                greatest.value
              )
            ]
          : watched.map((state) => freshness(state, greatest.value))
      yield* Effect.forEach(found, line, { discard: true })
      const told = quiet ? found.filter(({ stale }) => stale) : found
      yield* Effect.forEach(told, (each) => print(text(each)), { discard: true })
      if (found.some(({ stale }) => stale)) return yield* new Ended({ exit: exits.found })
    })
).pipe(
  Command.withDescription(
    help(
      "The watchdog of a schedule: exit code 7 where the last proven run of a registry is too old, or there is none. Of a " +
        "registry that publishes on business days, Saturdays and Sundays (UTC) do not count.",
      [["trials watch --max-age 36h", "after a nightly run, from another machine's schedule"]]
    )
  )
)
