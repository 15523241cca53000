import { Effect } from "effect"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Writable } from "node:stream"
import { setTimeout as delay } from "node:timers/promises"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import * as Output from "../src/output/Output.js"
import { Batch, feedOf, limited } from "./Batch.js"
import { body, rows } from "./Rows.js"

it("a command waits for a slow reader, so its output does not pile up", async () => {
  let longest = 0
  const stdout = new Writable({
    highWaterMark: 1000,
    write: (_chunk, _encoding, taken) => {
      longest = Math.max(longest, stdout.writableLength)
      setImmediate(taken)
    }
  })
  const output = Output.make({ stdout, stderr: process.stderr, noColor: true })
  output.wanted({ json: true, quiet: false })
  const line = output.line("x".repeat(98))
  await Effect.runPromise(Effect.zipRight(Effect.repeatN(line, 1000), output.flushed))
  expect(longest).toBeLessThan(1200)
})

describe("the program", { timeout: 90_000 }, () => {
  const batch = new Batch()
  const count = 500
  const feed = ["changes", "--after", "0", "--all", "--json"]
  const into = (end: string): ReadonlyArray<string> => ["sh", "-c", `"$@" ${end}`, "sh"]

  beforeAll(async () => {
    const from = batch.file("body.json", body(rows(count)))
    expect(await batch.run(["sync", "--registry", "kdca", "--from", from])).toMatchObject({ code: 0 })
  }, 60_000)
  afterAll(() => batch.remove())

  /** Reads the beginning, and then nothing for a second. */
  const slowly = async () => {
    const going = batch.start(feed)
    const { stdout } = going.child
    await new Promise((resolve) => stdout?.once("data", resolve))
    stdout?.pause()
    await delay(1000)
    return { ...going, resume: () => stdout?.resume() }
  }

  it.concurrent("gives everything to a slow reader", async () => {
    const { ended, resume } = await slowly()
    resume()
    const { code, stdout } = await ended
    expect([code, feedOf({ stdout }).versions.length]).toEqual([0, count])
  })

  it.concurrent("ends immediately on a signal if nobody reads", async () => {
    const { child, ended, resume } = await slowly()
    child.on("exit", resume)
    const asked = Date.now()
    child.kill("SIGTERM")
    expect((await ended).code).toBe(143)
    expect(Date.now() - asked).toBeLessThan(10_000)
  })

  it.concurrent("keeps quiet if the reader has gone", async () => {
    for (const args of [feed, ["export", "--output", "-", "--format", "parquet"]]) {
      const going = batch.start(args)
      going.child.stdout?.destroy()
      expect([args, await going.ended]).toMatchObject([args, { code: 0, stderr: "" }])
    }
  })

  it.skipIf(!existsSync("/dev/full")).concurrent("reports a stdout that fails with exit code 6", async () => {
    for (const args of [feed, ["runs", "list"], ["--help"]]) {
      const { code, stderr } = await batch.run(args, {}, into("> /dev/full"))
      expect([args, code]).toEqual([args, 6])
      expect(stderr).toMatch(/^trials: Stdout did not take all of the answer \(ENOSPC\).*\n$/)
    }
    // A failed command keeps its own exit code.
    expect((await batch.run(["nope", "--json"], {}, into("> /dev/full"))).code).toBe(2)
  })

  it.skipIf(!existsSync("/dev/full")).concurrent("is not stopped by a stderr that fails", async () => {
    const full = into("2> /dev/full")
    const ended = await batch.run(feed, { TRIALS_LOG_LEVEL: "debug" }, full)
    expect([ended.code, feedOf(ended).versions.length]).toEqual([0, count])
    expect((await batch.run(["nope"], {}, full)).code).toBe(2)
  })

  it.concurrent("reports a file that took only the beginning", async () => {
    const ended = await batch.run(feed, {}, [...limited(100), ...into("> cut.json")])
    expect(ended.code).toBe(6)
    expect(ended.stderr).toMatch(/^trials: Stdout did not take all of the answer \(EFBIG\)/)
    const one = await batch.run(["runs", "list"], {}, into("> whole.txt"))
    expect([one.code, readFileSync(join(batch.folder, "whole.txt"), "utf8")]).toEqual([
      0,
      expect.stringContaining("complete")
    ])
  })
})
