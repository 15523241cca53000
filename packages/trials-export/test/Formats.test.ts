import { describe, expect, it } from "@effect/vitest"
import { Arbitrary, Chunk, Effect, FastCheck, Stream } from "effect"
import { parquetReadObjects } from "hyparquet"
import { spawnSync } from "node:child_process"
import { Trial, TrialContent } from "trials-domain/Trial"
import { fromMillis } from "trials-domain/Instant"
import { columns, csv, type Format, formats, render } from "../src/index.js"

const pagesOf = (trials: ReadonlyArray<Trial>, size = 7) =>
  Stream.map(Stream.grouped(Stream.fromIterable(trials), size), Chunk.toReadonlyArray)

const fileOf = (format: Format, trials: ReadonlyArray<Trial>, size?: number) =>
  Effect.map(Stream.runCollect(render(format)(pagesOf(trials, size))), (parts) => Buffer.concat([...parts]))

const textOf = (parts: Chunk.Chunk<Uint8Array>): string => Buffer.concat([...parts]).toString()

const bufferOf = (bytes: Buffer): ArrayBuffer => new Uint8Array(bytes).buffer

const instants = columns.flatMap(({ name, shape }) => (shape.kind === "instant" ? [name] : []))

/** The trials in a file of Parquet, each with its instants as the API writes them. */
const readParquet = (bytes: Buffer) =>
  Effect.map(
    Effect.promise(() => parquetReadObjects({ file: bufferOf(bytes) })),
    (rows) =>
      rows.map((row) => {
        for (const name of instants) {
          const value: unknown = row[name]
          if (value instanceof Date) row[name] = value.toISOString()
        }
        // It reads an object that is null as undefined.
        for (const { name } of columns) row[name] ??= null
        return row
      })
  )

const hasPython = spawnSync("python3", ["--version"]).status === 0

/** The cells that Python's csv module finds in a text. */
const readByPython = (text: Uint8Array): ReadonlyArray<ReadonlyArray<string>> => {
  const script =
    "import csv, io, json, sys\n" +
    "csv.field_size_limit(10**9)\n" +
    "rows = csv.reader(io.TextIOWrapper(sys.stdin.buffer, encoding='utf-8', newline=''), strict=True)\n" +
    "print(json.dumps(list(rows)))"
  const { status, stderr, stdout } = spawnSync("python3", ["-c", script], {
    input: text,
    maxBuffer: 100_000_000
  })
  expect([status, stderr.toString()]).toEqual([0, ""])
  return JSON.parse(stdout.toString())
}

/** A trial whose content is made by chance. */
const trials = FastCheck.sample(Arbitrary.make(Trial), { numRuns: 150, seed: 16 })

const plain = (id: string, known: Partial<TrialContent> = {}): Trial => ({
  ...TrialContent.make({ title: id, ...known }),
  registry: "synth",
  id,
  version: 1,
  createdAt: fromMillis(0),
  updatedAt: fromMillis(1),
  missingSince: null
})

describe("the formats of an export", () => {
  it.effect("NDJSON has each trial as the API gives it", () =>
    Effect.gen(function* () {
      const lines = (yield* fileOf("ndjson", trials)).toString().split("\n")
      expect(lines).toEqual([...trials.map((trial) => JSON.stringify(trial)), ""])
    })
  )

  it.effect(
    "what was written as Parquet is read as it was: texts, numbers, flags, instants, lists and objects",
    () =>
      Effect.gen(function* () {
        const read = yield* readParquet(yield* fileOf("parquet", trials))
        expect(read.length).toBe(trials.length)
        for (const [n, trial] of trials.entries()) expect(read[n]).toEqual(trial)
        expect(instants).toEqual(["createdAt", "updatedAt", "missingSince"])
        expect(Object.keys(read[0] ?? {})).toEqual(columns.map(({ name }) => name))
      })
  )

  it.effect(
    "a file of Parquet that has several groups, or no trial, is a whole one; one without its end is none",
    () =>
      Effect.gen(function* () {
        const many = Array.from({ length: 10_500 }, (_, n) =>
          plain(`T${n}`, { keywords: ["one", String(n)] })
        )
        const bytes = yield* fileOf("parquet", many, 500)
        const read = yield* readParquet(bytes)
        expect(read.map((row) => JSON.stringify([row["id"], row["keywords"]]))).toEqual(
          many.map(({ id, keywords }) => JSON.stringify([id, keywords]))
        )
        expect(yield* readParquet(yield* fileOf("parquet", []))).toEqual([])
        for (const cut of [bytes.length - 1, bytes.length - 8, 100_000, 4])
          expect(
            (yield* Effect.exit(
              Effect.tryPromise(() => parquetReadObjects({ file: bufferOf(bytes.subarray(0, cut)) }))
            ))._tag
          ).toBe("Failure")
      })
  )

  it.effect.skipIf(!hasPython)(
    "CSV is read by Python as it was: null is empty, lists and objects are JSON",
    () =>
      Effect.gen(function* () {
        const odd = [
          plain("quotes", { acronym: 'a "b", c', summary: "one\ntwo\r\nthree\rfour", scopeRaw: "" }),
          plain("spaces", { acronym: " , ;\t", department: "'=1", phaseRaw: "\u2028" })
        ]
        const all = [...odd, ...trials]
        const [header, ...records] = readByPython(yield* fileOf("csv", all))
        expect(header).toEqual(columns.map(({ name }) => name))
        const cellOf = (value: unknown) =>
          value === null ? "" : typeof value === "string" ? value : JSON.stringify(value)
        expect(records).toEqual(all.map((trial) => columns.map(({ name }) => cellOf(trial[name]))))
      })
  )

  it.effect("CSV ends each record with CR and LF, and tells an empty text from null", () =>
    Effect.gen(function* () {
      const text = textOf(
        yield* Stream.runCollect(csv()(pagesOf([plain("A", { acronym: "", hasResults: false })])))
      )
      const [header = "", record = "", ...rest] = text.split("\r\n")
      expect(rest).toEqual([""])
      const cells = record.split(",")
      const at = (name: string) => cells[header.split(",").indexOf(name)]
      expect([at("acronym"), at("department"), at("hasResults"), at("version")]).toEqual([
        '""',
        "",
        "false",
        "1"
      ])
    })
  )

  it.effect("for a spreadsheet, CSV begins with a mark, and no cell is a formula", () =>
    Effect.gen(function* () {
      const formulas = ["=1+1", "+1", "-1", "@sum", "\tx", "\rx"]
      const all = formulas.map((text) => plain(text))
      const text = textOf(yield* Stream.runCollect(csv({ excel: true })(pagesOf(all, 2))))
      expect(text.indexOf("\ufeff")).toBe(0)
      expect(text.lastIndexOf("\ufeff")).toBe(0)
      for (const formula of formulas) expect(text).toContain(`'${formula}`)
      expect(text).not.toMatch(/(?:^|,|\n)"?[=+\-@\t]/u)
      expect(textOf(yield* Stream.runCollect(csv()(pagesOf(all))))).toMatch(/,=1\+1,/)
    })
  )

  it("has a file for each format", () => {
    expect(formats).toEqual(["csv", "ndjson", "parquet"])
  })
})
