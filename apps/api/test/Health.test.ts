import { expect, it } from "@effect/vitest"
import { Duration, Effect, Layer, Option, Redacted } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { apiOver, ask, registries, sampleDatabase, syncInto, temporaryFolder } from "./Harness.js"

it.scopedLive("is ready while the last proven run is recent, and stale afterwards", () =>
  Effect.gen(function* () {
    const file = yield* sampleDatabase
    const young = yield* Layer.build(apiOver(file, { staleAfter: Option.some(Duration.hours(36)) }))
    const old = yield* Layer.build(apiOver(file, { staleAfter: Option.some(Duration.millis(1)) }))
    const never = yield* Layer.build(apiOver(file))
    yield* Effect.sleep("1100 millis")

    for (const context of [young, never]) {
      const { body, headers, status } = yield* Effect.provide(ask("/readyz"), context)
      expect(status).toBe(200)
      expect(headers.get("cache-control")).toBe("no-store")
      expect(body).toMatchObject({ status: "ready", registries: [{ registry: "kdca", stale: false }] })
      expect(body.registries[0].ageSeconds).toBeGreaterThanOrEqual(1)
      expect(body.registries[0].revision.id).toMatch(/^file:[0-9a-f]{64}$/)
    }
    const { body, headers, status } = yield* Effect.provide(ask("/readyz"), old)
    expect(status).toBe(503)
    expect(headers.get("content-type")).toContain("application/problem+json")
    expect(body.detail).toContain("kdca")
    expect(body.registries).toMatchObject([{ registry: "kdca", stale: true }])
    expect((yield* Effect.provide(ask("/healthz"), old)).body).toEqual({ status: "ok" })
    expect((yield* Effect.provide(ask("/v1/trials"), old)).status).toBe(200)
  })
)

it.scopedLive("is not ready if a registry has no proven run, and names it, but only if age matters", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const empty = join(folder, "none.json")
    writeFileSync(
      empty,
      JSON.stringify({ currentCount: 0, data: [], matchCount: 0, page: 1, perPage: 1, totalCount: 0 })
    )
    const tried = join(folder, "tried.db")
    expect((yield* syncInto(tried, empty)).verdict).toBe("quarantined")
    const fresh = join(folder, "fresh.db")
    yield* Effect.scoped(
      Layer.build(Database.layerWriter({ url: Redacted.make(`sqlite:${fresh}`), init: true }))
    )
    const own = registries.filter(({ name }) => name === "kdca")
    const another = own.map((registry) => ({ ...registry, name: "another" }))
    const staleAfter = Option.some(Duration.days(365))
    // Where the database has runs, a registry without any is none of its own.
    const cases = [
      { file: tried, known: own, stale: ["kdca"], absent: [] },
      { file: tried, known: [...another, ...own], stale: ["kdca"], absent: ["another"] },
      { file: tried, known: another, stale: ["kdca"], absent: ["another"] },
      { file: fresh, known: [...own, ...another], stale: ["kdca", "another"], absent: [] }
    ]
    for (const { absent, file, known, stale } of cases) {
      const strict = yield* Layer.build(apiOver(file, { known, staleAfter }))
      const { body, headers, status } = yield* Effect.provide(ask("/readyz"), strict)
      expect(status).toBe(503)
      expect(headers.get("content-type")).toContain("application/problem+json")
      expect(headers.get("cache-control")).toBe("no-store")
      expect(headers.get("retry-after")).toBe("1")
      expect(body.registries).toMatchObject(
        stale.map((registry) => ({ registry, stale: true, lastProvenAt: null, ageSeconds: null }))
      )
      for (const name of stale) expect(body.detail).toContain(name)
      for (const name of absent) expect(body.detail).not.toContain(name)
      const lenient = yield* Layer.build(apiOver(file, { known }))
      expect((yield* Effect.provide(ask("/readyz"), lenient)).status).toBe(200)
    }
  })
)
