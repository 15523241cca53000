import { expect, it } from "@effect/vitest"
import { Duration, Effect, Layer, Option } from "effect"
import { apiOver, ask, sampleDatabase } from "./Harness.js"

it.scopedLive("is ready while the last proven run is young, and stale after", () =>
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
