/**
 * What a manifest tells of a state, from the rows of its parts: when they are packed, and again when they are verified.
 *
 * @module
 */
import { Effect, Schema, Stream } from "effect"
import { Instant } from "trials-domain/Instant"
import { Verdict } from "trials-domain/Run"
import { Revision } from "trials-domain/Revision"
import type { Row, PartName } from "trials-domain/State"
import type { LastVersion, Manifest, ReleasedRegistry } from "./Manifest.js"
import { ReleaseError } from "./ReleaseError.js"

/** What of a manifest depends on the state alone. */
export type StateSummary = Pick<Manifest, "counts" | "last" | "registries" | "month">

const RunFacts = Schema.Struct({
  registry: Schema.String,
  run_id: Schema.String,
  verdict: Schema.NullOr(Verdict),
  started_at: Instant,
  finished_at: Schema.NullOr(Instant),
  observed_at: Schema.NullOr(Instant),
  mapping_version: Schema.Int,
  revision: Schema.parseJson(Schema.NullOr(Revision))
})
type RunFacts = typeof RunFacts.Type

const decodeRun = Schema.decodeUnknownSync(RunFacts)
const decodeAbout = Schema.decodeUnknownSync(
  Schema.Struct({
    name: Schema.String,
    title: Schema.String,
    homepage: Schema.NullOr(Schema.String),
    attribution: Schema.String,
    licence: Schema.NullOr(Schema.String)
  })
)
const decodeVersion = Schema.decodeUnknownSync(
  Schema.Struct({
    seq: Schema.Int,
    registry: Schema.String,
    id: Schema.String,
    version: Schema.Int,
    run_id: Schema.String,
    kind: Schema.String
  })
)

const later = (one: RunFacts | undefined, other: RunFacts): RunFacts =>
  one === undefined || `${other.started_at} ${other.run_id}` > `${one.started_at} ${one.run_id}` ? other : one

/** Takes the rows of a state, part by part, versions in the order of the feed, and tells what it holds. */
export class Summing {
  readonly #about: Array<ReturnType<typeof decodeAbout>> = []
  readonly #newest = new Map<string, RunFacts>()
  readonly #loaded = new Map<string, RunFacts>()
  #month = ""
  #publication = 0
  #last: LastVersion | null = null
  readonly #counts = { trials: 0, missing: 0, versions: 0, runs: 0, absences: 0 }

  /** Takes the rows of a part as they pass. Fails if they cannot be those of a state. */
  through<E, R>(
    part: PartName,
    pages: Stream.Stream<ReadonlyArray<Row>, E, R>
  ): Stream.Stream<ReadonlyArray<Row>, E | ReleaseError, R> {
    return Stream.tap(pages, (rows) =>
      Effect.try({
        try: () => {
          for (const row of rows) this.#one(part, row)
        },
        catch: () =>
          new ReleaseError({
            reason: "damaged",
            message: `The ${part} cannot be those of a database of trials: the feed has a gap, or a row is not whole.`
          })
      })
    )
  }

  #one(part: PartName, row: Row): void {
    switch (part) {
      case "absences":
        this.#counts.absences += 1
        return
      case "counters":
        if (row["name"] === "publication") this.#publication = Number(row["value"])
        return
      case "registries":
        this.#about.push(decodeAbout(row))
        return
      case "runs":
        return this.#run(decodeRun(row))
      case "versions": {
        const { kind, run_id: runId, ...version } = decodeVersion(row)
        if (version.seq !== (this.#last?.seq ?? 0) + 1) throw new Error("the feed has a gap")
        this.#last = { ...version, runId }
        this.#counts.versions += 1
        if (version.version === 1) this.#counts.trials += 1
        if (kind === "disappeared") this.#counts.missing += 1
        if (kind === "reappeared") this.#counts.missing -= 1
      }
    }
  }

  #run(run: RunFacts): void {
    this.#counts.runs += 1
    this.#newest.set(run.registry, later(this.#newest.get(run.registry), run))
    const { finished_at: finished, observed_at: observed, verdict } = run
    if (observed !== null && (verdict === "complete" || verdict === "unchanged"))
      this.#loaded.set(run.registry, later(this.#loaded.get(run.registry), run))
    if (finished !== null && finished.slice(0, 7) > this.#month) this.#month = finished.slice(0, 7)
  }

  /** What it has taken; null if no run has loaded anything. */
  get summary(): StateSummary | null {
    if (this.#loaded.size === 0 || this.#month === "") return null
    return {
      counts: { ...this.#counts, publication: this.#publication },
      last: this.#last,
      month: this.#month,
      registries: this.#about.flatMap((about): ReadonlyArray<ReleasedRegistry> => {
        const run = this.#newest.get(about.name)
        if (run === undefined) return []
        const loaded = this.#loaded.get(about.name)
        return [
          {
            ...about,
            revision: loaded?.revision?.id ?? null,
            mappingVersion: loaded?.mapping_version ?? run.mapping_version,
            lastRun: { runId: run.run_id, verdict: run.verdict, finishedAt: run.finished_at }
          }
        ]
      })
    }
  }
}
