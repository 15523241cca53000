import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import { bucketOf } from "../../model/AuditBucket.js"
import type { SyncOptions } from "../../pipeline/SyncOptions.js"
import * as Verify from "../../pipeline/Verify.js"
import { ctgov } from "../../registries/ctgov/Ctgov.js"
import * as CtgovClient from "../../registries/ctgov/CtgovClient.js"
import { RunLedger } from "../../store/RunLedger.js"
import * as CtgovUpstream from "../CtgovUpstream.js"
import { type Engine, syncFrom, writeSide } from "../Engine.js"
import { CtgovNights } from "./CtgovNights.js"

// On the second of two such days the registry renews its data at another hour of the same date.
const sameDate = [2, 8]
const reingestDay = 11

// As many whole records as the client asks for at once.
const atOnce = 200

const writtenBy = (runId: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql<{ id: string; kind: string; silent: number; mass: number; changes: string }>`
      SELECT id, kind, silent, mass, changes FROM trial_versions WHERE run_id = ${runId} ORDER BY id, version`
  )

const contents = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql<{ id: string; content: string }>`SELECT t.id, v.content FROM trials t
    JOIN trial_versions v ON v.registry = t.registry AND v.id = t.id AND v.version = t.version
    WHERE t.registry = 'ctgov' ORDER BY t.id`
)

/** Nights of ClinicalTrials.gov over HTTP, each compared with what the upstream says of its days. */
export const ctgovSuite = (engine: Engine, size: number) =>
  describe(`ClinicalTrials.gov night by night, on ${engine.name}`, () => {
    it.scopedLive(
      `finds of ${size} studies what happened, whatever happens while they are read`,
      () =>
        Effect.gen(function* () {
          const upstream = yield* CtgovUpstream.make({ size, seed: 11, reingestDay, sameDate })
          const pageSize = Math.min(1000, Math.ceil(size / 4))
          const client = CtgovClient.layer({
            baseUrl: upstream.baseUrl,
            pageSize,
            limits: { requestsPerSecond: 1000, firstWait: Duration.millis(1) }
          })
          const nights = new CtgovNights(upstream)
          const happened = new Set<string>()

          /** Runs, and compares what it found on a day. */
          const night = (
            day: number,
            { readOn, ...options }: SyncOptions & { readonly readOn?: (id: string) => number } = {}
          ) =>
            Effect.gen(function* () {
              const what = `on day ${day}`
              upstream.asked.length = 0
              const report = yield* syncFrom({ layer: () => client }, options)
              expect(report.reason, what).toBeNull()
              const run = yield* Effect.flatMap(RunLedger, (ledger) => ledger.lastLoaded(ctgov.name))
              if (run === null) return yield* Effect.dieMessage("There is no run.")
              const stamp = upstream.timestampOf(day)
              expect([run.revision?.id, run.dataTimestamp, run.proof], what).toEqual([
                stamp,
                stamp,
                "data-version"
              ])
              const bucket = run.audit?.bucket ?? null
              const isFirst = (yield* contents).length === run.counts.created
              const found = isFirst
                ? nights.first(day)
                : nights.next({ day, bucket, ...(readOn === undefined ? {} : { readOn }) })
              const versions = yield* writtenBy(run.runId)
              expect(
                versions
                  .map(({ id, kind, silent }) => `${id} ${kind}${silent === 1 ? " silent" : ""}`)
                  .sort(),
                what
              ).toEqual(found.versions)
              expect(
                versions.filter(({ changes, kind }) => (kind === "edited") !== (changes !== "[]"))
              ).toEqual([])
              const lacking = run.findings.flatMap(({ code, count }) =>
                code === "record-lacking" ? [count] : []
              )
              expect([run.counts.missed, lacking], what).toEqual([
                found.missed,
                found.lacking.length === 0 ? [] : [found.lacking.length]
              ])
              expect(run.counts.expected, what).toBe(upstream.count(day))
              for (const { kind, silent } of versions) happened.add(silent === 1 ? "silent" : kind)
              if (found.missed > 0) happened.add("missed")
              if (lacking.length > 0) happened.add("lacking")
              // What was touched, and some of the others.
              const touched = new Set(versions.map(({ id }) => id))
              for (const [n, { content, id }] of (yield* contents).entries())
                if (n % 50 === day % 50 || (touched.has(id) && touched.size < 200))
                  expect(content, `${id}, ${what}`).toBe(nights.textOf(id))
              return { run, versions, asked: upstream.asked.map(({ kind }) => kind) }
            })

          const asks = (kind: CtgovUpstream.CtgovQuestion, of: ReadonlyArray<string>) =>
            of.filter((each) => each === kind).length

          yield* Effect.gen(function* () {
            const first = yield* night(0)
            expect(asks("census", first.asked)).toBe(Math.ceil((size + 1) / pageSize))

            upstream.day(1)
            yield* night(1)
            // The same data again: no page of the list.
            expect(asks("census", (yield* night(1)).asked)).toBe(0)
            // Twice a day.
            upstream.day(2)
            yield* night(2)

            // The registry moves amid the list, and its tokens end, lead on in the old list, or lead into the new one.
            for (const [tokens, from, to] of [
              ["refused", 3, 4],
              ["old-rows", 5, 6],
              ["new-rows", 7, 8]
            ] as const) {
              upstream.day(from)
              upstream.tokens = tokens
              upstream.moveAt("census", 2, to)
              const moved = yield* night(to)
              expect(asks("census", moved.asked)).toBeGreaterThan(Math.ceil(size / pageSize))
            }

            // There and back.
            upstream.day(9)
            upstream.moveAt("census", 2, 10)
            upstream.moveAt("census", 3, 9)
            expect(asks("census", (yield* night(9)).asked)).toBeGreaterThan(Math.ceil(size / pageSize))

            // Too many requests, once.
            upstream.day(10)
            let refused = 0
            upstream.script = ({ kind }) => {
              if (kind !== "census" || refused > 0) return undefined
              refused += 1
              return { status: 429, headers: { "retry-after": "0" } }
            }
            yield* night(10)
            expect(refused).toBe(1)

            // All are written anew, and the list shows nothing of it: the audited part finds it.
            upstream.day(reingestDay)
            const reingested = yield* night(reingestDay)
            const { audit, findings } = reingested.run
            expect(audit?.hidden).toBeGreaterThan((audit?.trials ?? 0) / 2)
            expect(findings.map(({ code }) => code)).toContain("full-due")
            const hidden = reingested.versions.filter(
              ({ id, silent }) => silent === 1 && bucketOf(id) === audit?.bucket
            )
            expect(hidden.filter(({ mass }) => mass === 1)).toHaveLength(audit?.hidden ?? 0)

            // Amid the whole records of all: those that were read before are those of the day before.
            upstream.day(12)
            upstream.moveAt("details", 3, 13)
            const order = [...upstream.ids(12)].sort()
            const early = new Set(order.slice(0, 2 * atOnce))
            const listed = new Set(
              upstream.expected(12, 13).edited.flatMap(({ id, listed }) => (listed ? [id] : []))
            )
            const full = yield* night(13, {
              full: true,
              readOn: (id) => (early.has(id) && !listed.has(id) ? 12 : 13)
            })
            expect(full.versions.length).toBeGreaterThan(size / 2)
            expect(full.versions.filter(({ kind, mass }) => kind === "edited" && mass === 0)).toEqual([])

            expect([...happened].sort()).toEqual([
              "created",
              "disappeared",
              "edited",
              "lacking",
              "missed",
              "reappeared",
              "silent"
            ])
            expect((yield* Verify.run([ctgov])).mismatches).toEqual([])
          }).pipe(Effect.provide(writeSide(yield* engine.database)))
        }),
      Math.max(300_000, size * 60)
    )
  })
