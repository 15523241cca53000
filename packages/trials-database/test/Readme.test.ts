import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "trials-testkit/Engines"
import { examplesIn, run, within } from "trials-testkit/Readme"

const examples = examplesIn(fileURLToPath(new URL("../README.md", import.meta.url)))

it.scopedLive("the examples of the README load the sample, and ask", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    yield* within(folder)
    const said = yield* Effect.forEach(examples, (example) => run(example, (name) => import(name)))
    expect(said).toEqual(["complete 145", "36", "complete 145"])
    expect([existsSync("trials.db"), existsSync("own.db")]).toEqual([true, true])
  })
)
