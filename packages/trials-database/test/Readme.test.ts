import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "trials-testkit/Engines"

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))
const examples = [...readFileSync(at("../README.md"), "utf8").matchAll(/```ts\n(.*?)```/gs)].flatMap(
  ([, text]) => (text === undefined ? [] : [text])
)

// A function's text holds no `import`, so each one becomes a call.
const callable = (example: string) =>
  example.replace(/^import (?:\* as (\w+)|(\{.*?\})) from ("[^"]+")$/gm, "const $1$2 = await load($3)")

/** Runs an example within this process, as a process of its own takes seconds to load its libraries. */
const run = (example: string): Effect.Effect<string> =>
  Effect.promise(async () => {
    const said: Array<string> = []
    const log = (...words: ReadonlyArray<unknown>) => said.push(words.join(" "))
    const { constructor: AsyncFunction } = async () => undefined
    await Reflect.construct(AsyncFunction, ["load", "console", callable(example)])(
      (name: string) => import(name),
      { log }
    )
    return said.join("\n")
  })

const within = (folder: string) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const before = process.cwd()
      process.chdir(folder)
      return before
    }),
    (before) => Effect.sync(() => process.chdir(before))
  )

it.scopedLive("the examples of the README load the sample, and ask", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    yield* within(folder)
    expect(yield* Effect.forEach(examples, run)).toEqual(["complete 145", "36", "complete 145"])
    expect([existsSync("trials.db"), existsSync("own.db")]).toEqual([true, true])
  })
)
