import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import Sqlite from "better-sqlite3"
import { mkdirSync, readdirSync } from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import type { ReleaseFailpoint } from "trials-domain/Failpoint"
import { emptyPostgres, temporaryFolder } from "trials-testkit/Engines"
import { Batch, limited } from "./Batch.js"
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
      expect(
        readdirSync(join(folder, "new")).every((name) => /^trials\.db\.[0-9a-f]{8}\.filling/.test(name))
      ).toBe(true)
      // A run takes this for what it is: no database.
      expect(
        yield* run(
          sync.filter((word) => word !== "--init"),
          `sqlite:${file}`
        )
      ).toMatchObject({ exit: 2 })
      expect(yield* run(restore, `sqlite:${file}`)).toMatchObject({ exit: 0 })
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

it.scoped("a nightly chain goes on from a release of an older schema, on either engine", () =>
  Effect.gen(function* () {
    const releases = fileURLToPath(
      new URL("../../../packages/trials-release/test/fixtures/schema-4", import.meta.url)
    )
    const folder = yield* temporaryFolder
    for (const url of [`sqlite:${join(folder, "trials.db")}`, yield* emptyPostgres]) {
      const out = join(folder, url.slice(0, 6))
      expect(yield* run(["release", "restore", releases], url)).toMatchObject({ exit: 0 })
      expect(yield* run(["sync", "--registry", "kdca", "--from", sample], url)).toMatchObject({ exit: 0 })
      const packed = yield* run(["release", "pack", "--parent", releases, "--out", out, "--json"], url)
      expect(packed).toMatchObject({ exit: 0 })
      expect(JSON.parse(packed.stdout)).toMatchObject({
        tag: "data-000003",
        base: "data-000003",
        parent: "data-000002",
        counts: { trials: 145 }
      })
      expect(yield* run(["release", "verify", out, "--base", releases], url)).toMatchObject({ exit: 0 })
      expect(yield* run(["verify"], url)).toMatchObject({ exit: 0 })
      const back = yield* run(["release", "restore", releases], url)
      expect(back).toMatchObject({ exit: 2 })
      expect(back.stderr).toContain("restore into a new database")
    }
  })
)

it(
  "a person is told what to do where there is no release, a fork, or something in the place",
  here(async ({ folder, run }) => {
    const out = join(folder, "releases")
    await run(sync)
    const none = await run(["release", "pack", "--out", out, "--json"])
    expect(none).toMatchObject({ code: 7 })
    expect(none.stderr).toContain("--first packs the first")
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

it(
  "a log without its file is not taken for that of the restored one, nor for that of a new one",
  here(async ({ folder, file, run }) => {
    const out = join(folder, "releases")
    await run(sync)
    await run(["release", "pack", "--first", "--out", out])
    const lost = { TRIALS_DATABASE_URL: `sqlite:${join(folder, "lost.db")}` }
    file("lost.db-wal", "what was in the lost one")
    for (const args of [["release", "restore", out], sync]) {
      expect(await run(args, lost)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("lost.db-wal is there without lost.db")
      })
    }
    expect(readdirSync(folder).filter((name) => name.startsWith("lost.db"))).toEqual(["lost.db-wal"])
  })
)

it(
  "a file that somebody has open is not sealed, and nothing is restored into it",
  here(async ({ folder, run }) => {
    const [out, url] = [join(folder, "releases"), `sqlite:${join(folder, "copy.db")}`]
    await run(sync)
    await run(["release", "pack", "--first", "--out", out])
    const there = { TRIALS_DATABASE_URL: url }
    expect((await run(["release", "restore", out], there)).code).toBe(0)
    await run(sync)
    await run(["release", "pack", "--out", out])
    const before = await Effect.runPromise(dumpOf({ url }))
    const reader = new Sqlite(join(folder, "copy.db"), { readonly: true })
    reader.prepare("SELECT count(*) FROM trials").get()
    const seal = ["release", "restore", out, "--read-only"]
    expect(await run(seal, there)).toMatchObject({
      code: 6,
      stderr: expect.stringContaining("is open elsewhere")
    })
    expect(await Effect.runPromise(dumpOf({ url }))).toBe(before)
    reader.close()
    expect((await run(seal, there)).code).toBe(0)
    expect(readdirSync(folder).filter((name) => name.startsWith("copy.db"))).toEqual(["copy.db"])
  })
)

it.scoped("a disk that is full while it is packed is told, and leaves nothing", () =>
  Effect.gen(function* () {
    const { folder, out } = yield* packed
    const url = `sqlite:${join(folder, "sealed.db")}`
    // A file that needs no log beside it, so that only what is packed meets the limit.
    expect(yield* run(["release", "restore", out, "--read-only"], url)).toMatchObject({ exit: 0 })
    const batch = new Batch({ TRIALS_DATABASE_URL: url })
    const told = yield* Effect.promise(() =>
      batch.run(["release", "pack", "--first", "--out", "full"], {}, limited(8))
    )
    expect(told).toMatchObject({ code: 6 })
    expect(readdirSync(join(batch.folder, "full"))).toEqual([])
    batch.remove()
  })
)

it(
  "releases are reached through the proxy of the environment",
  here(async ({ run }) => {
    const asked: Array<string> = []
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? "")
      response.writeHead(request.url?.includes("matching-refs") === true ? 200 : 404).end("[]")
    })
    await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening))
    const address = proxy.address()
    const port = typeof address === "object" ? address?.port : undefined
    const settings = { HTTP_PROXY: `http://127.0.0.1:${port}`, GITHUB_API_URL: "http://api.invalid" }
    try {
      for (const where of ["https://github.com/acme/data", "http://files.invalid/data-000001"]) {
        expect(await run(["release", "verify", where], settings)).toMatchObject({ code: 7 })
      }
      expect(asked).toEqual([
        expect.stringContaining("http://api.invalid/repos/acme/data/git/matching-refs/tags/data-"),
        "http://files.invalid/data-000001/SHA256SUMS"
      ])
    } finally {
      proxy.closeAllConnections()
      proxy.close()
    }
  })
)

it.skipIf(!long)("a disk that is full while a database is filled leaves none", async () => {
  const batch = new Batch()
  try {
    for (const args of [sync, ["release", "pack", "--first"]]) expect((await batch.run(args)).code).toBe(0)
    const mounted = 'mount -t tmpfs -o size="$0"k tmpfs small && exec "$@"'
    mkdirSync(join(batch.folder, "small"))
    for (const size of ["900", "1000", "1100"]) {
      const within = ["unshare", "-m", "sh", "-c", mounted, size]
      const url = { TRIALS_DATABASE_URL: "sqlite:./small/trials.db" }
      const { code, stderr } = await batch.run(["release", "restore", "./releases"], url, within)
      if (/unshare|mount/.test(stderr))
        return console.log("This machine does not let a test mount a small disk.")
      expect([size, code]).toEqual([size, 6])
    }
  } finally {
    batch.remove()
  }
})
