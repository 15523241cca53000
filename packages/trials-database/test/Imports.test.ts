import { expect, it } from "vitest"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { describe } from "vitest"

/** The drivers that are loaded after each step of a program. Both are CommonJS, whose modules Node lists. */
const loadedBy = async (...steps: ReadonlyArray<string>) => {
  const program = `
    import { createRequire } from "node:module"
    const { cache } = createRequire(import.meta.url)
    const loaded = () => ["better-sqlite3", "pg"].filter((name) =>
      Object.keys(cache).some((file) => file.replaceAll("\\\\", "/").includes("/node_modules/" + name + "/")))
    const { Effect, Layer, Redacted } = await import("effect")
    const Database = await import("trials-database/Database")
    const open = (url) => Effect.runPromise(
      Effect.flip(Effect.scoped(Layer.build(Database.layerReader({ url: Redacted.make(url) })))))
    console.log(JSON.stringify([loaded(), ${steps.map((step) => `(await ${step}, loaded())`).join(", ")}]))
  `
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL("..", import.meta.url))
  })
  return JSON.parse(stdout)
}

describe.concurrent("each engine loads its own driver", () => {
  it("SQLite, by its entry, and then by Database", async () => {
    const loaded = await loadedBy(`import("trials-database/sqlite")`, `open("sqlite:/none/trials.db")`)
    expect(loaded).toEqual([[], ["better-sqlite3"], ["better-sqlite3"]])
  })

  it("PostgreSQL, by its entry, and then by Database", async () => {
    const loaded = await loadedBy(`import("trials-database/postgres")`, `open("postgres://u@127.0.0.1:1/d")`)
    expect(loaded).toEqual([[], ["pg"], ["pg"]])
  })
})
