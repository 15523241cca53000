import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { fileURLToPath } from "node:url"
import { startOfTime } from "trials-domain/testing"
import { opened, temporaryFolder } from "trials-testkit/Engines"
import { examplesIn, run, within } from "trials-testkit/Readme"
import { night } from "./Releases.js"

const examples = examplesIn(fileURLToPath(new URL("../README.md", import.meta.url)))

it.scoped("the example of the README packs a database and restores it", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(startOfTime)
    yield* within(yield* temporaryFolder)
    yield* night(opened("sqlite:./trials.db"), [{ id: "A", title: "a" }])
    const said = yield* Effect.forEach(examples, (example) => run(example, (name) => import(name)))
    expect(said).toEqual(["releases/data-000001 1"])
  })
)
