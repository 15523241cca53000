import { expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { dump } from "trials-domain/Dump"
import type { Trial } from "trials-domain/Trial"
import { type Answered, apiOver, ask, sampleFile, syncInto, temporaryFolder } from "./Harness.js"

type Row = Readonly<Record<string, string>>

const rows: ReadonlyArray<Row> = JSON.parse(readFileSync(sampleFile, "utf8")).data

const target = "전체목표연구대상자수"

/** The same registry as another machine might send it: rows and keys in another order, and text with noise. */
const noisy = rows.toReversed().map((row) =>
  Object.fromEntries(
    Object.entries(row)
      .toReversed()
      .map(([name, value]) => [
        name,
        name === target && value !== ""
          ? Number(value)
          : ` \u200b${value.normalize("NFD").replaceAll(" ", " \u00a0 ")}\ufeff`
      ])
  )
)

const allTrials = Effect.gen(function* () {
  const found: Array<Trial> = []
  let query: string | null = ""
  while (query !== null) {
    const { body }: Answered = yield* ask(`/v1/trials?sort=id&limit=100${query}`)
    found.push(...body.items)
    query = body.nextCursor === null ? null : `&cursor=${body.nextCursor}`
  }
  return found
})

it.scopedLive("the API confirms what was counted in the source of the 145 trials", () =>
  Effect.gen(function* () {
    const file = join(yield* temporaryFolder, "trials.db")
    yield* syncInto(file)
    yield* Effect.gen(function* () {
      const trials = yield* allTrials
      expect(trials).toHaveLength(145)
      expect(trials.filter(({ enrollment }) => enrollment === null)).toHaveLength(15)
      expect(trials.filter(({ durationRaw }) => durationRaw === null)).toHaveLength(17)
      const unparsable = trials.filter(
        ({ durationMonths, durationRaw }) => durationMonths === null && durationRaw !== null
      )
      expect(unparsable.map(({ durationRaw, id }) => [id, durationRaw])).toEqual([
        ["C150004", "년"],
        ["C160042", "30"]
      ])
      for (const { title } of trials) expect(title).toBe(title.replace(/\s+/g, " ").trim())
      const words = { 병원: 139, 서울: 57, 대학교: 64, 환자: 45, 치매: 4, 암: 13 }
      for (const [q, count] of Object.entries(words)) {
        const { body } = yield* ask(`/v1/trials?${new URLSearchParams({ q })}`)
        expect([q, body.total]).toEqual([q, { value: count, relation: "eq" }])
      }
      const { body } = yield* ask("/v1/trials?missing=true")
      expect(body.total.value).toBe(145)
    }).pipe(Effect.provide(yield* Layer.build(apiOver(file))))
  })
)

it.scopedLive("noise changes nothing; one edited field moves only that trial, and shows it first", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const file = join(folder, "trials.db")
    const saved = (name: string, data: ReadonlyArray<object>) => {
      writeFileSync(join(folder, name), JSON.stringify(data))
      return join(folder, name)
    }
    const dumped = Effect.provide(dump(), Database.layerReader({ url: Redacted.make(`sqlite:${file}`) }))
    yield* syncInto(file)
    const before = yield* dumped
    for (const from of [sampleFile, saved("noisy.json", noisy)]) {
      expect(yield* syncInto(file, from)).toMatchObject({ verdict: "unchanged", counts: { unchanged: 145 } })
      expect(yield* dumped).toBe(before)
    }
    const edited = noisy.map((row) =>
      String(row["과제번호"]).includes("C130010") ? { ...row, [target]: 121 } : row
    )
    expect(yield* syncInto(file, saved("edited.json", edited))).toMatchObject({
      verdict: "complete",
      counts: { edited: 1, unchanged: 144 }
    })
    yield* Effect.gen(function* () {
      const { body } = yield* ask("/v1/trials/recent?limit=1")
      expect(body.items[0]).toMatchObject({ id: "C130010", enrollment: 121, version: 2 })
      const trials = yield* allTrials
      const moved = trials.filter(({ createdAt, updatedAt }) => createdAt !== updatedAt)
      expect(moved.map(({ id }) => id)).toEqual(["C130010"])
    }).pipe(Effect.provide(yield* Layer.build(apiOver(file))))
  })
)
