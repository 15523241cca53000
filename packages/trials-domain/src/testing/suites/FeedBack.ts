import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { countedOf } from "../../model/ChangeSummary.js"
import { fromMillis } from "../../model/Instant.js"
import { editedField } from "../../model/Trial.js"
import type { TrialVersion } from "../../model/TrialVersion.js"
import { read } from "../../queries/ChangesRead.js"
import { atOnce } from "../../queries/Sliced.js"
import { type SummaryRequest, VersionQueries } from "../../queries/VersionQueries.js"
import { type Engine, readSide, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { type SyntheticRecord, syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

const nights = 6
const trials = 12
const day = 86_400_000

/** A trial as its registry says it in a night; in some nights it says nothing of it. */
const record = (registry: number, n: number, night: number): ReadonlyArray<SyntheticRecord> => {
  if (n === 0 && night > 1 && night < 5) return []
  const edits = n % 3 === 0 ? night : Math.floor(night / 2)
  return [
    {
      id: `T${n}`,
      title: n % 2 === 0 ? `dementia study ${edits}` : "another study",
      status: (n + edits) % 4 === 0 ? "recruiting" : "completed",
      enrollment: n === 5 ? night : 10,
      department: `department ${n % 3}`,
      registryUpdatedDate: registry === 1 ? `2026-01-${String(1 + edits).padStart(2, "0")}` : "2026-01-01"
    }
  ]
}

/** What is asked for, and whether a change of the whole feed is of it; `now` is its trial as it is. */
const questions: ReadonlyArray<
  readonly [SummaryRequest, (change: TrialVersion, now: TrialVersion["trial"]) => boolean]
> = [
  [{}, () => true],
  [{ kind: "edited" }, ({ kind }) => kind === "edited"],
  [{ kind: "disappeared" }, ({ kind }) => kind === "disappeared"],
  [{ silent: true }, ({ silent }) => silent],
  [{ mass: false, kind: "edited" }, ({ kind, mass }) => kind === "edited" && !mass],
  [{ field: "title" }, ({ changes }) => changes.some(({ field }) => field === "title")],
  [
    { field: "enrollment" },
    ({ changes }) => changes.some(({ field }) => ["enrollment", editedField("enrollment")].includes(field))
  ],
  [{ filter: { registry: "r1" } }, ({ registry }) => registry === "r1"],
  [{ filter: { registry: "r1" }, id: "T3" }, ({ id, registry }) => registry === "r1" && id === "T3"],
  [
    { filter: { registry: "r1", q: "dementia" }, id: "T3" },
    ({ id, registry }, now) => registry === "r1" && id === "T3" && now.title.includes("dementia")
  ],
  [{ filter: { missing: false } }, (_, now) => now.missingSince === null],
  [{ filter: { q: "dementia" } }, (_, now) => now.title.includes("dementia")],
  [
    { filter: { q: "dementia", registry: "r2" }, kind: "edited" },
    ({ kind, registry }, now) => registry === "r2" && kind === "edited" && now.title.includes("dementia")
  ],
  [{ filter: { status: "recruiting" } }, (_, now) => now.status === "recruiting"],
  [
    { filter: { department: "department 1" }, silent: true },
    ({ silent }, now) => silent && now.department === "department 1"
  ],
  [{ filter: { q: "nothing has this" } }, () => false],
  [
    { since: fromMillis(startOfTime + 2 * day), until: fromMillis(startOfTime + 3 * day) },
    ({ observedAt }) =>
      observedAt >= fromMillis(startOfTime + 2 * day) && observedAt <= fromMillis(startOfTime + 3 * day)
  ],
  [{ since: fromMillis(startOfTime + 99 * day) }, () => false],
  [
    { filter: { updatedSince: fromMillis(startOfTime + 5 * day) } },
    (_, now) => now.updatedAt >= fromMillis(startOfTime + 5 * day)
  ]
]

/** The feed looked back at, filtered by its trials and counted, beside the whole feed. */
export const lookedBack = (engine: Engine): void => {
  it.scoped(
    `looked back at and counted, whatever is asked: ${questions.length} questions beside the whole feed`,
    () =>
      Effect.gen(function* () {
        const database = yield* engine.database
        yield* TestClock.setTime(startOfTime)
        const upstreams = [1, 2].map((n) => new SyntheticUpstream(syntheticRegistry(`r${n}`), []))
        for (let night = 0; night < nights; night += 1) {
          for (const [registry, upstream] of upstreams.entries()) {
            upstream.records = Array.from({ length: trials }, (_, n) => record(registry + 1, n, night)).flat()
            yield* Effect.provide(syncFrom(upstream), writeSide(database))
          }
          yield* TestClock.adjust("1 day")
        }

        yield* Effect.gen(function* () {
          const queries = yield* VersionQueries
          const whole = (yield* queries.changes({ limit: 1000 })).items
          expect(new Set(whole.map(({ kind }) => kind))).toEqual(
            new Set(["created", "edited", "disappeared", "reappeared"])
          )
          const now = new Map(whole.map((each) => [`${each.registry} ${each.id}`, each.trial]))
          const isWanted = (of: (typeof questions)[number][1]) => (change: TrialVersion) =>
            of(change, now.get(`${change.registry} ${change.id}`) ?? change.trial)
          const seqs = (changes: ReadonlyArray<TrialVersion>) => changes.map(({ seq }) => seq)

          for (const [request, of] of questions) {
            const wanted = whole.filter(isWanted(of))
            const asked = JSON.stringify(request)
            const forward: Array<TrialVersion> = []
            let after = "0"
            for (;;) {
              const { items, nextAfter } = yield* queries.changes({ ...request, after, limit: 5 })
              forward.push(...items)
              if (nextAfter === after) break
              after = nextAfter
            }
            expect([asked, seqs(forward)]).toEqual([asked, seqs(wanted)])
            const back: Array<TrialVersion> = []
            let cursor: string | undefined
            let pages = 0
            do {
              const page = yield* queries.changes({ ...request, order: "newest", limit: 5, cursor })
              back.push(...page.items)
              pages += 1
              cursor = page.nextCursor ?? undefined
              expect(page.nextAfter).toBe(after)
            } while (cursor !== undefined)
            expect([asked, back]).toEqual([asked, wanted.toReversed()])
            expect([asked, pages]).toEqual([asked, Math.max(1, Math.ceil(wanted.length / 5))])
            expect([asked, yield* queries.summary(request)]).toEqual([asked, countedOf(wanted)])

            // Where it looks at three changes in all, it says how far it came.
            const sql = yield* SqlClient.SqlClient
            const most = whole.length
            const few: Array<number> = []
            for (let last: number | null = most; last !== null && last > 0;) {
              const part = { direction: "-", least: 1, most: last } as const
              const found: { seqs: ReadonlyArray<number>; reached: number | null } = yield* read(
                atOnce,
                { ...request, filter: request.filter ?? {} },
                part,
                3,
                3
              ).pipe(Effect.provideService(SqlClient.SqlClient, sql))
              few.push(...found.seqs)
              last = found.reached === null ? null : found.reached - 1
            }
            expect([asked, few]).toEqual([asked, seqs(wanted).toReversed()])
          }

          const first = yield* queries.changes({ order: "newest", limit: 2 })
          const other = { order: "newest", kind: "edited", limit: 2, cursor: first.nextCursor ?? "" } as const
          expect(yield* Effect.flip(queries.changes(other))).toMatchObject({ _tag: "InvalidCursor" })
          expect(yield* Effect.flip(queries.changes({ cursor: first.nextCursor ?? "" }))).toMatchObject({
            _tag: "InvalidRequest",
            issues: [{ path: "cursor" }]
          })
          expect(yield* Effect.flip(queries.summary({ id: "T3" }))).toMatchObject({
            _tag: "InvalidRequest",
            issues: [{ path: "id" }]
          })
          const later = yield* queries.changes({ order: "newest", after: String(whole.length - 3), limit: 9 })
          expect(seqs(later.items)).toEqual(seqs(whole.slice(-3)).toReversed())
        }).pipe(Effect.provide(readSide(database)))
      })
  )
}
