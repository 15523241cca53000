import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { bucketOf } from "../../model/AuditBucket.js"
import * as Remap from "../../pipeline/Remap.js"
import * as Sync from "../../pipeline/Sync.js"
import * as Verify from "../../pipeline/Verify.js"
import { errorsOf } from "../../registries/UpstreamError.js"
import { type CensusRecord, censusRegistry } from "../CensusUpstream.js"
import { type Engine, syncFrom } from "../Engine.js"
import {
  at,
  dyingAt,
  edited,
  hiddenly,
  lastRun,
  records,
  savedCopy,
  size,
  versionsOf,
  world
} from "./CensusNights.js"

/** What a run may believe of what it finds: staged by a run before, or kept of the last list. */
export const censusTrust = (engine: Engine) =>
  describe(`What a census vouches for, on ${engine.name}`, () => {
    it.scoped("reads again what was packed with another dictionary than today's", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "dictionary")
        yield* Effect.gen(function* () {
          yield* dyingAt(
            "stage.details",
            4,
            syncFrom({
              layer: () =>
                upstream.layer(censusRegistry("dictionary", { dictionary: '{"id":"T0000","title":"Trial ' }))
            })
          )
          upstream.begin(at(1, records))
          const next = censusRegistry("dictionary", { dictionary: '{"title":"Trial ","id":"T0000' })
          expect((yield* syncFrom({ layer: () => upstream.layer(next) })).counts.created).toBe(size)
          expect(yield* Verify.run([next])).toEqual({ trials: size, mismatches: [] })
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("asks nothing of a copy whose list is older, before a remap of ours and after it", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "copies")
        yield* Effect.gen(function* () {
          // A trial of the part that is audited next.
          const id = records.find((record) => bucketOf(record.id) === 0)?.id ?? ""
          upstream.begin({ records: hiddenly([id])(records), stamp: "2026-11-05T14:00:00" })
          yield* syncFrom(upstream)
          const older = { records, stamp: "2026-11-05T09:00:00" }
          for (const before of [Effect.void, Remap.run(upstream.registry)]) {
            yield* before
            upstream.begin(older)
            expect(yield* syncFrom(upstream)).toMatchObject({
              verdict: "quarantined",
              reason: { code: "older-edition" },
              counts: { extracted: size }
            })
            expect(upstream.askedIds).toEqual([])
          }
          upstream.begin(at(6, hiddenly([id])(records)))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ edited: 0, unchanged: size })
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped(
      "reads the list where its listings were not all made again, or by nothing but the records",
      () =>
        Effect.gen(function* () {
          const { side, upstream } = yield* world(engine, "filled")
          yield* Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            yield* syncFrom(upstream)
            const first = records.filter(({ id }) => bucketOf(id) === 0).length
            // A run that made some of them died.
            yield* sql`DELETE FROM trial_listings WHERE id > 'T0050'`
            upstream.begin(at(1, records))
            expect((yield* syncFrom(upstream)).counts).toMatchObject({ extracted: size, unchanged: size })
            expect(upstream.askedIds).toHaveLength(first)
            expect((yield* lastRun("filled")).audit).toEqual({ bucket: 0, trials: first, hidden: 0 })
            // One that made them all died later.
            yield* sql`DELETE FROM trial_listings`
            upstream.begin(at(1, records))
            yield* dyingAt("stage.details", 1, syncFrom(upstream))
            upstream.begin(at(1, records))
            upstream.onRequest = ({ what }) =>
              what === "page" ? errorsOf("filled")("server", { passing: false }) : Effect.void
            // The list was staged whole by the run that died.
            expect(yield* syncFrom(upstream)).toMatchObject({
              verdict: "unchanged",
              counts: { extracted: size }
            })
            upstream.begin(at(1, records))
            expect((yield* syncFrom(upstream)).counts).toMatchObject({ extracted: 0, unchanged: size })
          }).pipe(Effect.provide(side))
        })
    )

    it.scoped("takes what a trial says first, when it could not be asked sooner, as no edit", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "requested")
        yield* Effect.gen(function* () {
          const more = censusRegistry("requested", {
            mappingVersion: 2,
            requestedSince: { officialTitle: 2 }
          })
          const night = (day: number, list: ReadonlyArray<CensusRecord>) => {
            upstream.begin(at(day, list))
            return syncFrom({ layer: () => upstream.layer(more) }, { limits: { reject: 0.1 } })
          }
          const brief = records.map(({ id, title, updated }) => ({ id, title, updated }))
          upstream.begin(at(1, brief))
          yield* syncFrom(upstream)
          upstream.begin(
            at(
              2,
              brief.filter(({ id }) => id !== "T0009")
            )
          )
          yield* syncFrom(upstream)
          upstream.begin(
            at(
              3,
              brief.filter(({ id }) => id !== "T0009")
            )
          )
          expect((yield* syncFrom(upstream)).counts.disappeared).toBe(1)

          // When its field was asked for first, one was away, one was not served, and one could not be read.
          upstream.unserved.add("T0005")
          const unreadable = edited(["T0007"], (record) => ({ ...record, detail: "unreadable" }))(records)
          yield* night(
            4,
            unreadable.filter(({ id }) => id !== "T0009")
          )
          upstream.unserved.clear()
          const kinds = yield* Effect.map(Effect.flatMap(night(5, records), versionsOf), (versions) =>
            versions.map(({ id, kind }) => `${id} ${kind}`)
          )
          expect(kinds).toEqual(["T0005 remapped", "T0007 remapped", "T0009 reappeared", "T0009 remapped"])
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("takes what a file said only in part as no edit when all of it comes", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "partial")
        yield* Effect.gen(function* () {
          const brief = records.map(({ id, title, updated }) => ({ id, title, updated }))
          yield* Effect.provide(Sync.run(), savedCopy(upstream.registry, brief, "detail"))
          upstream.begin(at(2, records))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({
            detailed: size,
            remapped: size,
            edited: 0
          })
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("begins its list again where the registry refuses the place that it had come to", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "places")
        yield* Effect.gen(function* () {
          yield* dyingAt("stage.page", 2, syncFrom(upstream))
          upstream.begin(at(1, records))
          let refused = 0
          upstream.onRequest = ({ what }) => {
            if (what !== "page" || refused > 0) return Effect.void
            refused += 1
            return errorsOf("places")("request", { detail: "an old token" })
          }
          expect(yield* syncFrom(upstream)).toMatchObject({ verdict: "complete", counts: { created: size } })
          expect([refused, upstream.pages]).toEqual([1, 3])
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("reads no more of a list that has moved", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "moved")
        yield* Effect.gen(function* () {
          let pages = 0
          upstream.beginMoving(({ what }) => {
            if (what === "page") pages += 1
            return at(pages > 0 ? 2 : 1, records)
          })
          expect((yield* syncFrom(upstream)).counts.created).toBe(size)
          expect(upstream.pages).toBe(1 + 3)
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("counts as hidden what the audited part hid, and nothing that came besides", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "besides")
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          const others = records.filter(({ id }) => bucketOf(id) !== 0).map(({ id }) => id)
          const list = hiddenly(others.slice(0, 6))(records)
          upstream.begin(at(2, list))
          yield* dyingAt("stage.details", 6, syncFrom(upstream, { full: true }))
          upstream.begin(at(2, list))
          const report = yield* syncFrom(upstream)
          expect(report.counts).toMatchObject({ edited: 6, silent: 6 })
          expect((yield* lastRun("besides")).audit).toMatchObject({ bucket: 0, hidden: 0 })
          expect((yield* versionsOf(report)).map(({ mass }) => mass)).toEqual(Array(6).fill(0))
        }).pipe(Effect.provide(side))
      })
    )

    it.scoped("reads again what a dry run read: an audit takes nothing from before", () =>
      Effect.gen(function* () {
        const { side, upstream } = yield* world(engine, "dry")
        yield* Effect.gen(function* () {
          yield* syncFrom(upstream)
          upstream.begin(at(2, records))
          yield* syncFrom(upstream, { dryRun: true })
          // Edited since, where the list does not show it.
          const id = records.find((record) => bucketOf(record.id) === 0)?.id ?? ""
          upstream.begin(at(3, hiddenly([id])(records)))
          expect((yield* syncFrom(upstream)).counts).toMatchObject({ edited: 1, silent: 1 })
        }).pipe(Effect.provide(side))
      })
    )
  })
