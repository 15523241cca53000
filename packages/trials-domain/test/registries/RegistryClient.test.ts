import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { expect, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Ref, Schema, TestClock } from "effect"
import { json } from "../../src/registries/http/HttpRegistry.js"
import { RegistryClient } from "../../src/registries/RegistryClient.js"
import { InvalidRegistry } from "../../src/registries/Registry.js"
import { UpstreamError } from "../../src/registries/UpstreamError.js"
import { serve } from "./Listener.js"
import { syntheticRegistry, SyntheticUpstream } from "../../src/testing/index.js"

const registry = syntheticRegistry("own")
const revision = { id: "live", date: null, title: null }

const error = (more: Partial<ConstructorParameters<typeof UpstreamError>[0]>) =>
  new UpstreamError({ registry: "own", reason: "server", ...more })

/** A client of a caller's own, which fails so often before it answers; and how often it was asked. */
const failing = (times: number, failure: UpstreamError) =>
  Effect.map(Ref.make(0), (asked) => {
    const upstream = new SyntheticUpstream(registry, [{ id: "A", title: "a" }])
    upstream.onPage = () =>
      Effect.flatMap(
        Ref.updateAndGet(asked, (n) => n + 1),
        (n) => (n <= times ? failure : Effect.void)
      )
    return { client: upstream.layer(), asked }
  })

const page = Effect.flatMap(RegistryClient, (client) => client.page(revision, null, 10))

it.effect("a client of one's own repeats what may pass, as its policy says, and nothing else", () =>
  Effect.gen(function* () {
    const cases: ReadonlyArray<
      readonly [number, UpstreamError, tries: number, asked: number, ends: boolean]
    > = [
      [1, error({}), 5, 2, true],
      [4, error({ reason: "network" }), 5, 5, true],
      [5, error({ reason: "timeout" }), 5, 5, false],
      [1, error({ reason: "quota", retryAfter: Duration.seconds(30) }), 5, 2, true],
      [1, error({ reason: "quota" }), 5, 1, false],
      [1, error({ reason: "key" }), 5, 1, false],
      [1, error({ reason: "malformed" }), 5, 1, false],
      [1, error({ reason: "malformed", passing: true }), 5, 2, true],
      [1, error({ passing: false }), 5, 1, false],
      [9, error({}), 1, 1, false],
      [9, error({}), 0, 1, false],
      [9, error({}), 2.5, 3, false]
    ]
    for (const [times, failure, tries, expected, ends] of cases) {
      const { asked, client } = yield* failing(times, failure)
      const fiber = yield* Effect.fork(
        Effect.either(Effect.provide(page, RegistryClient.retrying({ tries })(client)))
      )
      yield* TestClock.adjust("5 minutes")
      const ended = yield* Fiber.join(fiber)
      expect([failure.reason, yield* Ref.get(asked), ended._tag]).toEqual([
        failure.reason,
        expected,
        ends ? "Right" : "Left"
      ])
    }
  })
)

it("a limit that means nothing is refused where it is given, and one that is undefined is the usual one", () => {
  for (const policy of [{ tries: -1 }, { tries: Number.NaN }, { deadline: "soon" as never }]) {
    expect(() => RegistryClient.retrying(policy)).toThrow(InvalidRegistry)
  }
  expect(() => RegistryClient.retrying({ tries: undefined } as object)).not.toThrow()
  const page = Effect.succeed({ records: [], total: 0, next: null })
  const http = (limits: object) =>
    RegistryClient.http({
      registry,
      limits,
      requests: () => ({ count: () => Effect.succeed(0), page: () => page })
    })
  for (const limits of [{ requestsPerSecond: 0 }, { byteLimit: Number.NaN }, { tryDeadline: "soon" }]) {
    expect(() => http(limits)).toThrow(InvalidRegistry)
  }
  expect(() => http({ byteLimit: undefined, requestsPerSecond: 0.5 })).not.toThrow()
})

it.effect("a call that never ends fails at the deadline of its policy", () =>
  Effect.gen(function* () {
    const upstream = new SyntheticUpstream(registry, [])
    upstream.onPage = () => Effect.never
    const client = RegistryClient.retrying({ deadline: "10 seconds" })(upstream.layer())
    const fiber = yield* Effect.fork(Effect.flip(Effect.provide(page, client)))
    yield* TestClock.adjust("20 seconds")
    expect(yield* Fiber.join(fiber)).toMatchObject({ registry: "own", reason: "timeout" })
  })
)

it.scopedLive(
  "a registry over HTTP needs its requests only: an answer that fails once is asked for again",
  () =>
    Effect.gen(function* () {
      const answers: Array<readonly [number, string]> = [
        [503, "later"],
        [200, '{"n": 7'],
        [200, "<html>"],
        [200, '{"n":7}']
      ]
      let asked = 0
      const { url } = yield* serve((_, response) => {
        const [status, body] = answers[asked] ?? answers[3] ?? [200, ""]
        asked += 1
        response.writeHead(status, { "content-type": "application/json" }).end(body)
      })
      const client = RegistryClient.http({
        registry,
        limits: { firstWait: "1 millis" },
        requests: (get) => ({
          count: () =>
            Effect.map(
              get({ request: HttpClientRequest.get(url), read: json(Schema.Struct({ n: Schema.Int })) }),
              ({ n }) => n
            ),
          page: () => Effect.succeed({ records: [], total: 0, next: null })
        })
      })
      const counted = Effect.flatMap(RegistryClient, ({ count }) => count(revision))
      // A page in HTML is no passing failure, so it is told.
      expect(yield* Effect.flip(Effect.provide(counted, client))).toMatchObject({
        reason: "malformed",
        status: 200
      })
      expect(asked).toBe(3)
      expect(yield* Effect.provide(counted, client)).toBe(7)
      const state = yield* Effect.provide(RegistryClient, client)
      expect(yield* state.resolve(null)).toMatchObject({ revision, how: "newest" })
      expect(yield* state.dataTimestamp(revision)).toBeNull()
    })
)
