import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { postgres, sqlite } from "trials-testkit/Engines"
import { sampleFile } from "./Harness.js"

const program = fileURLToPath(new URL("InZone.mjs", import.meta.url))

// In New York it is half past one, for the first time of two that night.
const loadedAt = "2026-11-01T05:30:00.000Z"

/** The zones, and their minutes behind UTC at the load and a week later. */
const zones = [
  ["UTC", [0, 0]],
  ["Asia/Seoul", [-540, -540]],
  ["America/New_York", [240, 300]]
] as const

const runIn = (zone: string, url: string) =>
  Effect.promise(async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [program, url, sampleFile, loadedAt], {
      env: { PATH: process.env["PATH"], TZ: zone },
      timeout: 60_000
    })
    return JSON.parse(stdout)
  })

it.scopedLive(
  "every time zone stores the same data, and the week ends at the same millisecond",
  () =>
    Effect.gen(function* () {
      // PostgreSQL runs only in the hardest zone. Its bytes must equal those of the others.
      const runs = [
        ...zones.map(([zone, offsets]) => ({ engine: sqlite, zone, offsets })),
        ...zones.slice(2).map(([zone, offsets]) => ({ engine: postgres, zone, offsets }))
      ]
      const all = yield* Effect.forEach(
        runs,
        ({ engine, offsets, zone }) =>
          Effect.gen(function* () {
            const { url } = yield* engine.database
            const { seen, ...where } = yield* runIn(zone, url)
            // The process really ran in that zone.
            expect(where).toEqual({ zone, offsets })
            return seen
          }),
        { concurrency: 2 }
      )
      const [first] = all
      expect(first.recent).toEqual([
        [-1, 200, 145],
        [0, 200, 145],
        [1, 200, 0]
      ])
      expect(first.since).toEqual([145, 0, 145])
      expect(first.trial).toMatchObject({ createdAt: loadedAt, updatedAt: loadedAt })
      expect(first.run.items[0]).toMatchObject({ startedAt: loadedAt, observedAt: loadedAt })
      for (const seen of all) expect(seen).toEqual(first)
    }),
  120_000
)
