import { SqlClient } from "@effect/sql"
import { describe, expect, it } from "@effect/vitest"
import { Data, Effect, Either, TestClock } from "effect"
import * as Remap from "../../pipeline/Remap.js"
import * as Verify from "../../pipeline/Verify.js"
import type { Mismatch } from "../../pipeline/Verify.js"
import * as PackedRecord from "../../store/PackedRecord.js"
import { type Engine, startOfTime, syncFrom, writeSide } from "../Engine.js"
import { syntheticRegistry, SyntheticUpstream } from "../SyntheticRegistry.js"

/** Carries the result of a check out of the transaction that undoes the damage. */
class Seen extends Data.TaggedError("Seen")<{ readonly mismatches: ReadonlyArray<Mismatch> }> {}

/** Packs another text in place of the records of a trial; `as` names a dictionary that the database does not have. */
const forged = (id: string, change: (record: string) => string, as?: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const unpack = yield* PackedRecord.stored
    const pack = PackedRecord.packer(as === undefined ? null : PackedRecord.dictionaryOf(as))
    const rows = yield* sql<{ version: number; record: unknown }>`SELECT version, record FROM trial_versions
      WHERE registry = 'synth' AND id = ${id} AND record IS NOT NULL`
    for (const { record, version } of rows) {
      const other = pack(change(Either.getOrThrow(unpack(record))))
      yield* sql`UPDATE trial_versions SET record = ${other} WHERE registry = 'synth' AND id = ${id} AND version = ${version}`
    }
  })

type Damage = string | ReturnType<typeof forged> | typeof termsForged

const termsForged = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  yield* sql.onDialectOrElse({
    pg: () => sql`UPDATE trial_search SET terms = array_to_tsvector(ARRAY['forged']) WHERE id = 'A'`,
    orElse: () => sql`DELETE FROM trial_terms WHERE rowid = (SELECT seq FROM trial_search WHERE id = 'A')`
  })
})

/** Damage to a sound database, and what a check must report about it: `id code`, sorted. */
const damages: ReadonlyArray<readonly [string, Damage, ReadonlyArray<string>]> = [
  ["a served field", `UPDATE trials SET title = 'forged' WHERE id = 'A'`, ["A content"]],
  ["a served row that is no trial", `UPDATE trials SET phases = '[' WHERE id = 'A'`, ["A record"]],
  ["a trial that is gone", `DELETE FROM trials WHERE id = 'A'`, ["A versions"]],
  ["search keys", `UPDATE trial_search SET title = 'forged' WHERE id = 'A'`, ["A search"]],
  ["no search keys", `DELETE FROM trial_search WHERE id = 'A'`, ["A search"]],
  ["search terms", termsForged, ["A search"]],
  ["a listed word", `DELETE FROM trial_words WHERE word = 'third'`, ["A search"]],
  ["an identifier", `UPDATE trial_ids SET kind = 'former' WHERE id = 'A'`, ["A identifiers"]],
  ["no identifiers", `DELETE FROM trial_ids WHERE id = 'A'`, ["A identifiers"]],
  [
    "the last version",
    `UPDATE trial_versions SET content = replace(content, 'third', 'forged') WHERE id = 'A'`,
    ["A content", "A search", "A versions"]
  ],
  [
    "an old version",
    `UPDATE trial_versions SET content = replace(content, 'second', 'forged') WHERE id = 'A'`,
    ["A versions"]
  ],
  [
    "a current version that is no JSON",
    `UPDATE trial_versions SET content = '{' WHERE id = 'A' AND version = 3`,
    ["A record", "A versions"]
  ],
  [
    "a version that is no JSON",
    `UPDATE trial_versions SET content = '{' WHERE id = 'A' AND version = 2`,
    ["A versions"]
  ],
  [
    "what a version changed",
    `UPDATE trial_versions SET changes = '[]' WHERE id = 'A' AND version = 2`,
    ["A versions"]
  ],
  [
    "a version's kind",
    `UPDATE trial_versions SET kind = 'remapped' WHERE id = 'A' AND version = 2`,
    ["A versions"]
  ],
  [
    "a version that is gone",
    `DELETE FROM trial_versions WHERE id = 'A' AND version = 2`,
    ["A versions", "null feed"]
  ],
  [
    "an instant that no edit moved",
    `UPDATE trial_versions SET updated_at = '2027-01-01T00:00:00.000Z' WHERE id = 'B' AND version = 2`,
    ["B versions"]
  ],
  ["a record", forged("A", (record) => record.replace("third", "forged")), ["A content"]],
  ["a record that is no JSON", forged("A", () => "{"), ["A record"]],
  [
    "a record that is cut off",
    `UPDATE trial_versions SET record = substr(record, 1, 9) WHERE id = 'A'`,
    ["A record"]
  ],
  ["a record packed with something unknown", forged("A", () => "{}", "unknown"), ["A record"]],
  ["a record of no trial", forged("A", () => "{}"), ["A record"]],
  ["no record", `UPDATE trial_versions SET record = NULL WHERE id = 'B'`, ["B record"]],
  ["another trial's record", forged("B", (record) => record.replace('"B"', '"A"')), ["B record"]],
  ["a line of the ledger", `UPDATE runs SET counts = '{'`, ["null run"]],
  ["the feed's counter", `UPDATE counters SET value = value + 1 WHERE name = 'seq'`, ["null feed"]]
]

/** What `trials verify` finds. */
export const verifySuite = (engine: Engine) =>
  describe(`Verify on ${engine.name}`, () => {
    it.scoped(
      "finds nothing wrong with what runs wrote, and finds any damage to it; a remap keeps what it cannot read",
      () =>
        Effect.gen(function* () {
          yield* TestClock.setTime(startOfTime)
          const database = yield* engine.database
          const registry = syntheticRegistry()
          const upstream = new SyntheticUpstream(registry, [])
          // A is edited twice, B disappears, C stays as it is.
          const nights = [["first", "b"], ["second"], ["third"]]
          yield* Effect.gen(function* () {
            const sql = yield* SqlClient.SqlClient
            for (const titles of nights) {
              const [a = "", b] = titles
              upstream.records = [
                { id: "A", title: a },
                ...(b === undefined ? [] : [{ id: "B", title: b }]),
                { id: "C", title: "c" }
              ]
              yield* syncFrom(upstream, { limits: { allowShrink: true } })
              yield* TestClock.adjust("1 day")
            }
            expect(yield* Verify.run([registry])).toEqual({ trials: 3, mismatches: [] })
            for (const [what, statement, expected] of damages) {
              const seen = yield* sql
                .withTransaction(
                  Effect.gen(function* () {
                    yield* typeof statement === "string" ? sql.unsafe(statement) : statement
                    return yield* new Seen(yield* Verify.run([registry]))
                  })
                )
                .pipe(Effect.catchTag("Seen", ({ mismatches }) => Effect.succeed(mismatches)))
              expect([...new Set(seen.map(({ code, id }) => `${id} ${code}`))].sort(), what).toEqual(expected)
            }
            expect(yield* Verify.run([registry])).toEqual({ trials: 3, mismatches: [] })

            // Only a program that knows a registry can check it, so what was not checked is said.
            const other = syntheticRegistry("other")
            yield* syncFrom(new SyntheticUpstream(other, [{ id: "A", title: "of another" }]))
            expect(yield* Verify.run([registry, other])).toEqual({ trials: 4, mismatches: [] })
            expect(yield* Verify.run([registry], { others: false })).toEqual({ trials: 3, mismatches: [] })
            expect(yield* Verify.run([registry])).toMatchObject({
              trials: 3,
              mismatches: [{ registry: "other", id: null, code: "unknown-registry" }]
            })

            yield* forged("A", () => "{")
            const later = syntheticRegistry("synth", {
              mappingVersion: 2,
              change: (content) => ({ ...content, status: "recruiting" })
            })
            expect((yield* Remap.run(later)).counts).toMatchObject({ remapped: 2, rejected: 1 })
            const { mismatches } = yield* Verify.run([later, other])
            expect(mismatches.map(({ code, id }) => `${id} ${code}`)).toEqual(["A record"])
          }).pipe(Effect.provide(writeSide(database)))
        })
    )
  })
