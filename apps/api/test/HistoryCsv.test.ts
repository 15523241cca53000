import { expect, layer } from "@effect/vitest"
import { SqlClient } from "@effect/sql"
import { Effect, Layer } from "effect"
import {
  syncFrom,
  type SyntheticRecord,
  syntheticRegistry,
  SyntheticUpstream,
  writeSide
} from "trials-domain/testing"
import { sqlite } from "trials-testkit/Engines"
import { ApiServer } from "../src/ApiServer.js"
import { type Answered, apiAt, ask } from "./Harness.js"

const header = "registry,id,version,seq,kind,silent,mass,observedAt,editionDate,runId,field,from,to"

const hostile = '=1+1, "so"\r\nand on'

const synth = syntheticRegistry()

/** What a registry lists, night after night. */
const nights: ReadonlyArray<ReadonlyArray<SyntheticRecord>> = [
  [{ id: "A/ä", title: "one" }],
  [{ id: "A/ä", title: hostile, conditions: ["a", "b"], enrollment: 3 }],
  // It is gone once it was missed twice.
  [{ id: "B", title: "other" }],
  [{ id: "B", title: "other" }],
  [{ id: "A/ä", title: hostile, conditions: ["a", "b"], enrollment: 3 }]
]

/** Versions of the first trial: seen, edited, gone and back. */
const written = 4

/** As many versions as the last one, so that a history has more than one page: a night for each would take long. */
const more = 100

const columns = `kind, silent, mass, changes, content, observed_at, edition_date, mapping_version, run_id, created_at, updated_at`

const history = "/v1/trials/synth/A%2F%C3%A4/history"

const api = Layer.unwrapScoped(
  Effect.gen(function* () {
    const database = yield* sqlite.database
    yield* Effect.forEach(nights, (records) =>
      syncFrom(new SyntheticUpstream(synth, records), { limits: { allowShrink: true } })
    ).pipe(
      Effect.zipRight(
        Effect.flatMap(
          SqlClient.SqlClient,
          (
            sql
          ) => sql`WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ${more})
            INSERT INTO trial_versions (registry, id, version, seq, ${sql.literal(columns)})
            SELECT registry, id, version + n, seq + n, ${sql.literal(columns)} FROM trial_versions, counted
            WHERE version = ${written}`
        )
      ),
      Effect.provide(writeSide(database))
    )
    return apiAt(database.url, { known: [synth] })
  })
)

layer(api, { excludeTestServices: true })("a trial's versions as CSV", (it) => {
  it.effect("has a row for each change of a field, and one for a version without any, the newest first", () =>
    Effect.gen(function* () {
      const { headers, status, text } = yield* ask(`${history}.csv`)
      expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"])
      expect(headers.get("etag")).toMatch(/^W\/"/)
      const versions: Array<Answered["body"]> = []
      for (let cursor: string | null = ""; cursor !== null;) {
        const { body }: Answered = yield* ask(`${history}?limit=100${cursor}`)
        versions.push(...body.items)
        cursor = body.nextCursor && `&cursor=${body.nextCursor}`
      }
      expect(versions.length).toBe(written + more)
      const lines = text.split(/\r\n(?=synth|$)/)
      expect(lines.slice(1, -7).map((line) => line.split(",")[2])).toEqual(
        versions.slice(0, more).map(({ version }) => String(version))
      )
      const start = (version: number) => {
        const { editionDate, kind, mass, observedAt, runId, seq, silent } =
          versions[versions.length - version]
        return `synth,A/ä,${version},${seq},${kind},${silent},${mass},${observedAt},${editionDate ?? ""},${runId}`
      }
      const quoted = `"${hostile.replaceAll('"', '""')}"`
      expect([lines[0], ...lines.slice(-7)]).toEqual([
        header,
        `${start(4)},,,`,
        `${start(3)},,,`,
        `${start(2)},title,one,${quoted}`,
        `${start(2)},conditions,[],"[""a"",""b""]"`,
        `${start(2)},enrollment,,3`,
        `${start(1)},,,`,
        ""
      ])
    })
  )

  it.effect("for a spreadsheet has a mark at its beginning, and no formula", () =>
    Effect.gen(function* () {
      const { text } = yield* ask(`${history}.csv?excel=true`)
      // `fetch` drops the mark from a text.
      const { url } = yield* ApiServer
      const bytes = yield* Effect.promise(async () =>
        Buffer.from(await (await fetch(`${url}${history}.csv?excel=true`)).arrayBuffer())
      )
      expect(bytes.toString()).toBe(`\ufeff${text}`)
      expect(text).toContain(`,"'${hostile.replaceAll('"', '""')}"\r\n`)
      expect((yield* ask(`${history}.csv`)).text).not.toContain("'=1")
    })
  )

  it.effect("there is none of a trial that there is not, nor of a parameter", () =>
    Effect.gen(function* () {
      for (const [path, status, type] of [
        ["/v1/trials/synth/C/history.csv", 404, "/problems/trial-not-found"],
        ["/v1/trials/nope/A/history.csv", 404, "/problems/trial-not-found"],
        [`${history}.csv?limit=1`, 400, "/problems/invalid-parameters"],
        [`${history}.csv?excel=yes`, 400, "/problems/invalid-parameters"]
      ] as const) {
        const { body, headers, ...answer } = yield* ask(path)
        expect([path, answer.status, body.type]).toEqual([path, status, type])
        expect(headers.get("content-type")).toContain("application/problem+json")
      }
    })
  )
})
