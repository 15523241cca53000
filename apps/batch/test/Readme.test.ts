import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { execFile } from "node:child_process"
import { copyFileSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { temporaryFolder } from "trials-testkit/Engines"

const root = fileURLToPath(new URL("../../../", import.meta.url))
const [, example = ""] =
  /```ts\n(.*?)```/s.exec(readFileSync(join(root, "apps/batch/README.md"), "utf8")) ?? []

it.scopedLive("the example of the README is the command", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction")
    copyFileSync(join(root, "packages/trials-domain/sample/kdca.json"), join(folder, "kdca.json"))
    writeFileSync(join(folder, "own.mjs"), example)
    const { stderr, stdout } = yield* Effect.promise(() =>
      promisify(execFile)(
        process.execPath,
        ["own.mjs", "count", "--registry", "kdca", "--from", "kdca.json", "--json"],
        {
          cwd: folder
        }
      )
    )
    expect(JSON.parse(stdout)).toMatchObject({ registry: "kdca", count: 145 })
    expect(stderr).toBe("")
  })
)
