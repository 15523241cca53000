import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { fileURLToPath } from "node:url"
import { startOfTime, syncFrom, syntheticRegistry, SyntheticUpstream, writeSide } from "trials-domain/testing"
import { opened, temporaryFolder } from "trials-testkit/Engines"
import { examplesIn, run, within } from "trials-testkit/Readme"

const examples = examplesIn(fileURLToPath(new URL("../README.md", import.meta.url)))

it.scoped("the example of the README finds a trial", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(startOfTime)
    yield* within(yield* temporaryFolder)
    const upstream = new SyntheticUpstream(syntheticRegistry(), [{ id: "A", title: "Lung cancer" }])
    yield* Effect.provide(syncFrom(upstream), writeSide(opened("sqlite:./trials.db")))
    const said = yield* Effect.forEach(examples, (example) => run(example, (name) => import(name)))
    expect(said).toEqual(["A Lung cancer"])
  })
)
