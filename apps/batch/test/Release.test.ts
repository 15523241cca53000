import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { ReleaseFailpoint } from "trials-domain/Failpoint"
import { emptyPostgres, temporaryFolder } from "trials-testkit/Engines"
import { Batch } from "./Batch.js"
import { dumpOf } from "./Stores.js"
import { here, within } from "./Within.js"

const sample = fileURLToPath(new URL("../../../packages/trials-domain/sample/kdca.json", import.meta.url))
const sync = ["sync", "--registry", "kdca", "--from", sample, "--init", "--quiet"]

const long = process.env["TRIALS_SHIPPED"] === "long"

/** A folder with a database and its first release. */
const packed = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const [url, out] = [`sqlite:${join(folder, "trials.db")}`, join(folder, "releases")]
  const told = yield* Effect.promise(async () => {
    await within(sync, { TRIALS_DATABASE_URL: url })
    return within(["release", "pack", "--first", "--out", out, "--json"], { TRIALS_DATABASE_URL: url })
  })
  expect(told).toMatchObject({ exit: 0 })
  expect(JSON.parse(told.stdout)).toMatchObject({ tag: "data-000001", parent: null, counts: { trials: 145 } })
  return { folder, out, url }
})

const killed = (args: ReadonlyArray<string>, url: string, at: ReleaseFailpoint) =>
  Effect.gen(function* () {
    const batch = yield* Effect.acquireRelease(
      Effect.sync(() => new Batch({ TRIALS_DATABASE_URL: url })),
      (batch) => Effect.sync(() => batch.remove())
    )
    const { signal, stderr } = yield* Effect.promise(() => batch.run(args, { TRIALS_FAILPOINT: `${at}:1` }))
    expect(stderr).toContain(`failpoint ${at}`)
    expect(signal).toBe("SIGKILL")
  })

const run = (args: ReadonlyArray<string>, url: string) =>
  Effect.promise(() => within(args, { TRIALS_DATABASE_URL: url }))

const restores: ReadonlyArray<ReleaseFailpoint> = long
  ? ["restore.begin", "restore.block", "restore.whole"]
  : ["restore.block"]

it.scoped.each([...restores])(
  "a restore that is killed at %s leaves nothing, and the next one brings all",
  (at) =>
    Effect.gen(function* () {
      const { folder, out, url } = yield* packed
      const all = yield* dumpOf({ url })
      const restore = ["release", "restore", out]

      const file = join(folder, "new", "trials.db")
      yield* killed(restore, `sqlite:${file}`, at)
      expect(readdirSync(join(folder, "new")).every((name) => /^trials\.db\.\d+\.filling/.test(name))).toBe(
        true
      )
      // A run takes this for what it is: no database.
      expect(
        yield* run(
          sync.filter((word) => word !== "--init"),
          `sqlite:${file}`
        )
      ).toMatchObject({ exit: 2 })
      expect(yield* run(restore, `sqlite:${file}`)).toMatchObject({ exit: 0 })
      expect(readdirSync(join(folder, "new")).filter((name) => name.includes("filling"))).toEqual([])
      expect(yield* dumpOf({ url: `sqlite:${file}` })).toBe(all)

      const server = yield* emptyPostgres
      yield* killed(restore, server, at)
      expect(yield* run(["runs", "list"], server)).toMatchObject({ exit: 2 })
      expect(yield* run(restore, server)).toMatchObject({ exit: 0 })
      expect(yield* dumpOf({ url: server })).toBe(all)
    })
)

it.scoped("a pack that is killed leaves no release", () =>
  Effect.gen(function* () {
    const { out, url } = yield* packed
    for (const at of long ? (["pack.block", "pack.whole"] as const) : (["pack.whole"] as const)) {
      yield* killed(["release", "pack", "--out", out], url, at)
      expect(readdirSync(out).filter((name) => !name.startsWith("."))).toEqual(["data-000001"])
    }
    expect(yield* run(["release", "pack", "--out", out], url)).toMatchObject({ exit: 0 })
    expect(readdirSync(out).filter((name) => !name.startsWith("."))).toEqual(["data-000001", "data-000002"])
  })
)

it(
  "a person is told what to do where there is no release, a fork, or something in the place",
  here(async ({ folder, run }) => {
    const out = join(folder, "releases")
    await run(sync)
    const none = await run(["release", "pack", "--out", out, "--json"])
    expect(none).toMatchObject({ code: 7 })
    expect(none.stderr).toContain("ask for the first")
    expect(JSON.parse(none.stdout)).toMatchObject({ error: { code: "none" } })
    expect((await run(["release", "restore", out])).stderr).toContain("There is no release at")
    expect(await run(["release", "pack", "--first", "--out", out])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("145 versions of 145 trials, 1 run.")
    })
    expect(await run(["release", "verify", out])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("is whole")
    })
    expect(await run(["release", "pack", "--first", "--out", out])).toMatchObject({ code: 2 })
    const other = { TRIALS_DATABASE_URL: `sqlite:${join(folder, "other.db")}` }
    await run(sync, other)
    const forked = await run(["release", "restore", out], other)
    expect(forked).toMatchObject({ code: 7, stderr: expect.stringContaining("have gone different ways") })
    expect(await run(["release", "restore", join(out, "data-000001", "manifest.json")])).toMatchObject({
      code: 7
    })
    expect(await run(["release", "verify", "https://127.0.0.1:9/data-000001"])).toMatchObject({ code: 4 })
    expect(await run(["release", "verify", "https://127.0.0.1:9/"])).toMatchObject({ code: 2 })
  })
)
