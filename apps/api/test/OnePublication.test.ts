import { expect, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { layer } from "trials-answers"
import { ReadFrom } from "trials-domain/Snapshot"
import { syncFrom, syntheticRegistry, SyntheticUpstream, writeSide } from "trials-domain/testing"
import { sqlite } from "trials-testkit/Engines"
import { ofOnePublication } from "../src/answers/OnePublication.js"
import { refuse } from "../src/http/Refusal.js"
import { reading } from "../src/pages/Reading.js"

/** A database with one trial, and a page of two calls: `between` runs after the first of them, with how often that was. */
const paged = (between: (time: number, publish: () => Promise<unknown>) => Promise<unknown>) =>
  Effect.gen(function* () {
    const database = yield* sqlite.database
    let titles = 0
    const night = Effect.suspend(() => {
      titles += 1
      const upstream = new SyntheticUpstream(syntheticRegistry(), [{ id: "A", title: `title ${titles}` }])
      return Effect.provide(syncFrom(upstream), writeSide(database))
    })
    yield* night
    const told: Array<number> = []
    let times = 0
    const page = reading(async (client) => {
      const [one] = (await client.orThrow.trials.list({ query: { q: "title" } })).items
      times += 1
      await between(times, () => Effect.runPromise(night))
      const other = await client.orThrow.trials.get({ params: { registry: "synth", id: "A" } })
      return [one?.title, other.title]
    })
    const read = ofOnePublication(page).pipe(
      Effect.provideService(ReadFrom, (publication) => Effect.sync(() => void told.push(publication))),
      Effect.either,
      Effect.provide(Layer.provide(layer(), database.reader))
    )
    return { made: yield* read, times, told }
  })

it.scopedLive("a page whose calls fall into a run is read again, and is of what the run published", () =>
  Effect.gen(function* () {
    const still = yield* paged(async () => undefined)
    const moved = yield* paged(async (time, publish) => (time <= 2 ? publish() : undefined))
    expect(still).toMatchObject({ made: { right: ["title 1", "title 1"] }, times: 1 })
    expect(moved).toMatchObject({ made: { right: ["title 3", "title 3"] }, times: 3 })
    // What is told is the one publication of all that was kept, and nothing of what was read in vain.
    expect([still.told.length, moved.told.length]).toEqual([1, 1])
    expect(moved.told[0]).toBeGreaterThan(still.told[0] ?? Infinity)
  })
)

it.scopedLive("a page that moves whenever it is read is refused as one that takes too long", () =>
  Effect.gen(function* () {
    const { made, times, told } = yield* paged((_, publish) => publish())
    expect([made, times, told]).toMatchObject([{ left: { _tag: "TooSlow" } }, 5, []])
    if (made._tag === "Left" && made.left._tag === "TooSlow")
      expect(refuse(made.left, "/en").status).toBe(503)
  })
)
