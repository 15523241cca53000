import { Effect, type Scope } from "effect"
import { readFileSync } from "node:fs"

/** The TypeScript examples of a README. */
export const examplesIn = (file: string): ReadonlyArray<string> =>
  [...readFileSync(file, "utf8").matchAll(/```ts\n(.*?)```/gs)].flatMap(([, text]) =>
    text === undefined ? [] : [text]
  )

// A function's text holds no `import`, so each one becomes a call.
const callable = (example: string) =>
  example.replace(/^import (?:\* as (\w+)|(\{.*?\})) from ("[^"]+")$/gm, "const $1$2 = await load($3)")

/**
 * Runs an example within this process, as a process of its own takes seconds to load its libraries. `load` imports, as seen
 * from the test. Returns what the example prints.
 */
export const run = (example: string, load: (name: string) => Promise<unknown>): Effect.Effect<string> =>
  Effect.promise(async () => {
    const said: Array<string> = []
    const log = (...words: ReadonlyArray<unknown>) => said.push(words.join(" "))
    const { constructor: AsyncFunction } = async () => undefined
    await Reflect.construct(AsyncFunction, ["load", "console", callable(example)])(load, { log })
    return said.join("\n")
  })

/** Makes a folder the working one, until the scope ends. */
export const within = (folder: string): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        const before = process.cwd()
        process.chdir(folder)
        return before
      }),
      (before) => Effect.sync(() => process.chdir(before))
    )
  )
