import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { describe } from "vitest"
import { type Row, rows } from "../Rows.js"
import { type NightEnd, type NightOptions, type Schedule, schedule } from "./Schedule.js"

const long = process.env["TRIALS_SHIPPED"] === "long"

const well = rows(145)

/** A schedule, and what its tests ask of a night. */
const started = (given: ReadonlyArray<Row> = well, options?: NightOptions) =>
  Effect.gen(function* () {
    const made = yield* schedule
    const night = (options?: NightOptions) => Effect.promise(() => made.night(options))
    /** A night that must end well. */
    const good = (options?: NightOptions) => Effect.tap(night(options), (end) => expectWell(end))
    made.has(given)
    yield* good({ ...options, inputs: { first: true } })
    return { ...made, night, good }
  })

const expectWell = (end: NightEnd) => Effect.sync(() => expect(end.failure, JSON.stringify(end)).toBeNull())

const kindsAfter = ({ part }: Pick<Schedule, "part">, tag: string, seq: number) =>
  part(tag, "versions-0000000001")
    .filter((version) => Number(version["seq"]) > seq)
    .map(({ id, kind }) => [id, kind])

/** The verdict of the newest run of a release. */
const verdictOf = ({ part }: Pick<Schedule, "part">, tag: string) =>
  part(tag, "runs")
    .toSorted((one, other) => String(one["started_at"]).localeCompare(String(other["started_at"])))
    .at(-1)?.["verdict"]

describe.runIf(long)("all nights", () => {
  it.scopedLive(
    "a trial that is gone on nights two and three disappears on night three, and comes back",
    () =>
      Effect.gen(function* () {
        const it = yield* started()
        it.has(well.slice(1))
        yield* it.good()
        expect(it.manifest("data-000002").counts).toMatchObject({ versions: 145, absences: 1, missing: 0 })
        yield* it.good()
        expect(kindsAfter(it, "data-000003", 145)).toEqual([["C130001", "disappeared"]])
        expect(it.manifest("data-000003").counts).toMatchObject({ trials: 145, missing: 1, runs: 3 })
        yield* it.good()
        expect(kindsAfter(it, "data-000004", 146)).toEqual([])
        it.has(well)
        yield* it.good()
        expect(kindsAfter(it, "data-000005", 146)).toEqual([["C130001", "reappeared"]])
        expect(it.server.issues).toEqual([])
      }),
    600_000
  )

  it.scopedLive(
    "quarantined and failed nights are published with their ledger; the issue opens, goes on and closes",
    () =>
      Effect.gen(function* () {
        const it = yield* started()
        it.has(well.slice(0, 10))
        const quarantined = yield* it.night()
        expect(quarantined.failure).toEqual(["End as the sync did", 3])
        expect(it.manifest("data-000002").counts).toMatchObject({ trials: 145, versions: 145, runs: 2 })
        expect(verdictOf(it, "data-000002")).toBe("quarantined")
        expect(it.server.issues).toMatchObject([{ state: "open", comments: [] }])
        expect(it.server.issues[0]?.body).toContain("kdca was quarantined")

        it.has(well)
        it.upstream.script = ({ spec }) => (spec ? undefined : { status: 500, body: "{}" })
        const failed = yield* it.night({ environment: { TRIALS_UPSTREAM_DEADLINE: "1 second" } })
        expect(failed.failure, JSON.stringify(failed)).toEqual(["End as the sync did", 4])
        expect(it.manifest("data-000003").counts).toMatchObject({ versions: 145, runs: 3 })
        expect(verdictOf(it, "data-000003")).toBe("failed")
        expect(it.server.issues).toMatchObject([
          { state: "open", comments: [expect.stringContaining("failed")] }
        ])

        it.upstream.script = () => undefined
        yield* it.good()
        expect(it.server.issues).toMatchObject([{ state: "closed" }])
        expect(it.manifest("data-000004").counts).toMatchObject({ versions: 145, runs: 4 })
      }),
    600_000
  )

  it.scopedLive(
    "killed after the draft, a night leaves nothing that anybody sees, and the next starts from its parent",
    () =>
      Effect.gen(function* () {
        const it = yield* started()
        it.has(rows(146))
        let publishing = 0
        it.server.meet = ({ method }) => {
          if (method === "PATCH" && publishing > 0) process.kill(-publishing, "SIGKILL")
          return method === "PATCH" ? { status: 502 } : undefined
        }
        const killed = yield* it.night({
          started: (step, { pid = 0 }) => {
            if (step === "Publish") publishing = pid
          }
        })
        expect(killed.failure).toEqual(["Publish", null])
        expect(it.server.published).toEqual(["data-000001"])
        expect(it.server.releases.map(({ draft }) => draft)).toEqual([false, true])
        it.server.meet = () => undefined
        yield* it.good()
        expect(it.server.releases.map(({ draft, tag }) => [tag, draft])).toEqual([
          ["data-000001", false],
          ["data-000002", false]
        ])
        expect(kindsAfter(it, "data-000002", 145)).toEqual([["C130146", "created"]])
        expect(it.manifest("data-000002").counts).toMatchObject({ runs: 2 })
      }),
    600_000
  )

  it.scopedLive(
    "a release that is lost, damaged on the way, or overtaken stops the night with 7",
    () =>
      Effect.gen(function* () {
        const it = yield* started()
        yield* it.good()
        const flipped = ({ host }: { readonly host: string }) =>
          host === "storage" ? { flip: true } : undefined
        it.server.meet = flipped
        const corrupt = yield* it.night()
        expect(corrupt.failure).toEqual(["Restore", 7])
        expect(corrupt.publish.steps.find(({ name }) => name === "Publish")?.outcome).toBe("skipped")
        it.server.meet = () => undefined

        const overtaking = () => Effect.runPromise(it.night())
        for (const step of ["Pack", "Publish"]) {
          const before = it.server.published.length
          const overtaken = yield* it.night({
            before: async (next) => {
              if (next === step) expect((await overtaking()).failure).toBeNull()
            }
          })
          expect(overtaken.failure, JSON.stringify(overtaken)).toEqual([step, 7])
          expect(it.server.published).toHaveLength(before + 1)
        }
        expect(it.manifest("data-000004").counts).toMatchObject({ versions: 145, runs: 4 })

        it.server.lose("data-000004")
        expect((yield* it.night()).failure).toEqual(["Restore", 7])
        yield* it.good({ inputs: { from: "data-000003" } })
        expect(it.manifest("data-000005")).toMatchObject({ parent: { number: 3 }, counts: { runs: 4 } })
        yield* it.good()
        expect(it.manifest("data-000006").parent).toMatchObject({ number: 5 })

        it.server.releases.length = 0
        it.server.tags.clear()
        const lost = yield* it.night()
        expect(lost.failure).toEqual(["Restore", 7])
        expect(it.server.issues.at(-1)).toMatchObject({ state: "open" })
      }),
    600_000
  )

  it.scopedLive(
    "a month's first release is a base, others carry what it lacks, and a damaged base stops the night",
    () =>
      Effect.gen(function* () {
        const now = new Date()
        const second = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 2, 12)
        const days = Math.round((second - Date.now()) / 86_400_000)
        const many = rows(45_000)
        const it = yield* started(many, { days })
        it.has(many.map((row, n) => (n === 7 ? { ...row, 과제명: "다른 제목" } : row)))
        yield* it.good({ days: days + 1 })
        expect(it.manifest("data-000002")).toMatchObject({ base: 1, counts: { versions: 45_001 } })
        expect(
          [...it.server.files("data-000002").keys()].filter((name) => name.startsWith("versions"))
        ).toEqual(["versions-0000040001.ndjson.gz"])

        const base = it.server.releases
          .find(({ tag }) => tag === "data-000001")
          ?.assets.find(({ name }) => name === "versions-0000020001.ndjson.gz")
        it.server.meet = ({ host, path }) =>
          host === "storage" && path === `/${base?.id}` ? { flip: true } : undefined
        expect((yield* it.night({ days: days + 2 })).failure).toEqual(["Restore", 7])
        it.server.meet = () => undefined

        yield* it.good({ days: days + 31 })
        expect(it.manifest("data-000003")).toMatchObject({ parent: { number: 2 }, base: 3 })
        expect(it.manifest("data-000003").month).not.toBe(it.manifest("data-000002").month)
        yield* it.good({ days: days + 32 })
        expect(it.manifest("data-000004").base).toBe(3)
      }),
    900_000
  )

  it.scopedLive(
    "a public repository is refused before anything is collected, unless it may be public",
    () =>
      Effect.gen(function* () {
        const { has, night, server, upstream } = yield* schedule
        has(well)
        server.isPrivate = false
        const refused = yield* Effect.promise(() => night({ inputs: { first: true } }))
        expect(refused.failure).toEqual(["Refuse a public repository", 2])
        expect(upstream.asked).toEqual([])
        expect(server.releases).toEqual([])
        const meant = yield* Effect.promise(() =>
          night({ inputs: { first: true }, vars: { TRIALS_PUBLIC: "yes" } })
        )
        expect(meant.failure, JSON.stringify(meant)).toBeNull()
      }),
    600_000
  )
})
