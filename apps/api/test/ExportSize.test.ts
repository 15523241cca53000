import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Effect, Fiber, Redacted } from "effect"
import { asyncBufferFromFile, parquetMetadataAsync } from "hyparquet"
import { spawn } from "node:child_process"
import { createWriteStream, readFileSync, statSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Readable, Writable } from "node:stream"
import { pipeline } from "node:stream/promises"
import * as Database from "trials-database/Database"
import { sampleDatabase, sampleFile, syncInto } from "./Harness.js"
import { start } from "./Program.js"

const long = process.env["TRIALS_FAULTS"] === "long"
const trials = long ? 1_000_000 : 2000
const mebibyte = 1024 * 1024

/** Copies the sample's trials under ids of another registry, until there are so many. */
const multiplied = (file: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const places: Readonly<Record<string, string>> = {
      registry: "'bulk'",
      id: "printf('B%07d', n.n)",
      seq: "145 + n.n",
      updated_seq: "145 + n.n"
    }
    for (const table of ["trials", "trial_versions", "trial_search"]) {
      const columns = (yield* sql<{ name: string }>`SELECT name FROM pragma_table_info(${table})`).map(
        ({ name }) => name
      )
      const values = columns.map((name) => places[name] ?? `s.${name}`).join(", ")
      yield* sql.unsafe(`INSERT INTO ${table} (${columns.join(", ")})
        WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < ${trials}),
          s AS (SELECT row_number() OVER (ORDER BY id) AS place, * FROM ${table} WHERE registry = 'kdca')
        SELECT ${values} FROM n JOIN s ON s.place = 1 + n.n % 145`)
    }
    yield* sql`UPDATE counters SET value = value + ${trials} WHERE name = 'seq'`
  }).pipe(Effect.provide(Database.layerWriter({ url: Redacted.make(`sqlite:${file}`), init: false })))

/** Runs that edit every trial of the sample, one after another. */
const runs = (file: string) =>
  Effect.gen(function* () {
    const { data, ...rest }: { readonly data: ReadonlyArray<Record<string, unknown>> } = JSON.parse(
      readFileSync(sampleFile, "utf8")
    )
    const from = join(dirname(file), "edited.json")
    for (let n = 1; ; n += 1) {
      const edited = data.map((row) => ({ ...row, 진료과: `Edited ${n}` }))
      writeFileSync(from, JSON.stringify({ ...rest, data: edited }))
      yield* syncInto(file, from)
      yield* Effect.sleep("100 millis")
    }
  })

/** How many records Python's csv module finds in what is written to it. */
const python = () => {
  const script =
    "import csv, io, sys\n" +
    "csv.field_size_limit(10**9)\n" +
    "rows = csv.reader(io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline=''), strict=True)\n" +
    "header = next(rows)\n" +
    "print(sum(1 for row in rows if len(row) == len(header)))"
  const child = spawn("python3", ["-c", script], { stdio: ["pipe", "pipe", "inherit"] })
  const counted = new Promise<number>((resolve) => {
    let out = ""
    child.stdout.on("data", (chunk) => (out += String(chunk)))
    child.on("error", () => resolve(Number.NaN))
    child.on("close", () => resolve(Number(out)))
  })
  return { into: child.stdin, counted }
}

const lines = () => {
  let count = 0
  const into = new Writable({
    write: (chunk: Buffer, _, done) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count += 1
      done()
    }
  })
  return { into, counted: () => Promise.resolve(count) }
}

const file = (path: string) => ({
  into: createWriteStream(path),
  counted: async () => Number((await parquetMetadataAsync(await asyncBufferFromFile(path))).num_rows)
})

// A process says what it takes only where there is /proc.
it.scopedLive.runIf(process.platform === "linux")(
  `${trials} trials are exported in little memory while runs write, and others are answered meanwhile`,
  () =>
    Effect.gen(function* () {
      const database = yield* sampleDatabase
      yield* multiplied(database)
      const folder = dirname(database)
      const { child, printed } = yield* start(folder, {
        TRIALS_DATABASE_URL: `sqlite:${database}`,
        TRIALS_API_PORT: "0"
      })
      const url = /http:[\w/.:]+/.exec(yield* Effect.promise(() => printed))?.[0] ?? ""
      const memory = () =>
        Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8"))?.[1]) / 1024
      const writing = yield* Effect.fork(runs(database))
      const figures: Record<string, object> = {}
      const receivers = {
        csv: () => {
          const { counted, into } = python()
          return { into, counted: () => counted }
        },
        ndjson: lines,
        parquet: () => file(join(folder, "trials.parquet"))
      }
      for (const [format, receiver] of Object.entries(receivers)) {
        const { counted, into } = receiver()
        const seen = { memory: memory(), wait: 0, wal: 0 }
        const others = yield* Effect.forever(
          Effect.gen(function* () {
            const asked = performance.now()
            const answer = yield* Effect.promise(() => fetch(`${url}/v1/trials/kdca/C130010`))
            expect(answer.status).toBe(200)
            yield* Effect.promise(() => answer.text())
            seen.wait = Math.max(seen.wait, performance.now() - asked)
            seen.memory = Math.max(seen.memory, memory())
            seen.wal = Math.max(seen.wal, statSync(`${database}-wal`).size)
            yield* Effect.sleep("20 millis")
          })
        ).pipe(Effect.fork)
        const began = performance.now()
        const response = yield* Effect.promise(() => fetch(`${url}/v1/export.${format}`))
        expect(response.status).toBe(200)
        const { body } = response
        if (body === null) return expect.fail("no body")
        // Node's type of a web stream is not that of its fetch.
        yield* Effect.promise(() => pipeline(Readable.fromWeb(body as never), into))
        const seconds = (performance.now() - began) / 1000
        yield* Fiber.interrupt(others)
        const count = yield* Effect.promise(counted)
        // Where there is no Python, nobody counts.
        if (!Number.isNaN(count)) expect([format, count]).toEqual([format, trials + 145])
        figures[format] = { ...seen, seconds }
        expect(seen.memory, format).toBeLessThan(400)
        expect(seen.wal / mebibyte, format).toBeLessThan(64)
      }
      yield* Fiber.interrupt(writing)
      if (long) console.log(JSON.stringify(figures, null, 2))
    }),
  long ? 1_200_000 : 60_000
)
