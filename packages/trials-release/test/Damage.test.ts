import { expect, it } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { createHash } from "node:crypto"
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { startOfTime, type TestDatabase } from "trials-domain/testing"
import { sqlite, temporaryFolder } from "trials-testkit/Engines"
import { dumped, night, opened, pack, restore } from "./Releases.js"
import * as Verify from "../src/Verify.js"

const records = (title: string) => ["A", "B", "C"].map((id) => ({ id, title }))

const long = process.env["TRIALS_SHIPPED"] === "long"

/** A base and a night on it, in a folder. */
const releases = Effect.gen(function* () {
  yield* TestClock.setTime(startOfTime)
  const [database, out] = [yield* sqlite.database, yield* temporaryFolder]
  yield* night(database, records("one"))
  yield* pack(database, out)
  yield* TestClock.adjust("24 hours")
  yield* night(database, records("one"))
  const { manifest } = yield* pack(database, out)
  expect(manifest.base).toBe(1)
  return { database, out }
})

const checked = (out: string) => Effect.either(Effect.flatMap(opened(out), Verify.run))

/** Changes a manifest, and its hash with it. */
const rewritten = (folder: string, change: (text: string) => string) => {
  const [manifest, sums] = [join(folder, "manifest.json"), join(folder, "SHA256SUMS")]
  const hash = () => createHash("sha256").update(readFileSync(manifest)).digest("hex")
  const before = hash()
  writeFileSync(manifest, change(readFileSync(manifest, "utf8")))
  expect(hash()).not.toBe(before)
  writeFileSync(sums, readFileSync(sums, "utf8").replace(before, hash()))
}

/** Nothing of a release that is refused reaches a database. */
const restoresNothing = (database: TestDatabase, out: string) =>
  Effect.gen(function* () {
    const before = yield* dumped(database)
    expect((yield* Effect.either(restore(database, out)))._tag).toBe("Left")
    expect(yield* dumped(database)).toBe(before)
  })

it.scoped("a flipped byte anywhere is found", () =>
  Effect.gen(function* () {
    const { out } = yield* releases
    const night = join(out, "data-000002")
    // Of the base, what the night needs.
    const files = [
      ...readdirSync(night).map((name) => join(night, name)),
      join(out, "data-000001", "versions-0000000001.ndjson.gz")
    ]
    expect(yield* checked(out)).toMatchObject({ _tag: "Right" })
    for (const file of files) {
      const bytes = readFileSync(file)
      const step = long ? 1 : Math.max(1, Math.floor(bytes.length / 8))
      for (let at = 0; at < bytes.length; at += step) {
        const flipped = Buffer.from(bytes)
        flipped[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
        writeFileSync(file, flipped)
        expect(yield* checked(out), `${file} ${at}`).toMatchObject({
          _tag: "Left",
          left: { _tag: "ReleaseError", reason: "damaged" }
        })
      }
      writeFileSync(file, bytes)
    }
    expect(yield* checked(out)).toMatchObject({ _tag: "Right" })
  })
)

it.scoped("what is cut, missing, swapped or added is found, and brings nothing into a database", () =>
  Effect.gen(function* () {
    const { out } = yield* releases
    const target = yield* sqlite.database
    yield* night(target, records("of its own"))
    const [base, second] = [join(out, "data-000001"), join(out, "data-000002")]
    const kept = `${out}.kept`
    cpSync(out, kept, { recursive: true })
    const damages: Record<string, () => void> = {
      "a cut file": () => {
        const file = join(second, "runs.ndjson.gz")
        writeFileSync(file, readFileSync(file).subarray(0, -9))
      },
      "a missing part": () => rmSync(join(second, "runs.ndjson.gz")),
      "a missing part of the base": () => rmSync(join(base, "versions-0000000001.ndjson.gz")),
      "the part of another release": () =>
        cpSync(join(base, "runs.ndjson.gz"), join(second, "runs.ndjson.gz")),
      "other content under the same name": () =>
        writeFileSync(join(second, "absences.ndjson.gz"), gzipSync('{"registry":"synth"}\n')),
      "another release under its name": () => {
        rmSync(second, { recursive: true })
        renameSync(base, second)
      },
      "a manifest that claims more parts than there can be": () =>
        rewritten(second, (text) => text.replace(/"seq": \d+/, '"seq": 900719925474099')),
      "an empty manifest": () => writeFileSync(join(second, "manifest.json"), ""),
      "no hashes": () => writeFileSync(join(second, "SHA256SUMS"), "")
    }
    for (const [name, damage] of Object.entries(damages)) {
      damage()
      expect(yield* checked(out), name).toMatchObject({ _tag: "Left", left: { reason: "damaged" } })
      yield* restoresNothing(target, out)
      rmSync(out, { recursive: true })
      cpSync(kept, out, { recursive: true })
    }
    rmSync(base, { recursive: true })
    expect(yield* checked(out)).toMatchObject({ _tag: "Left", left: { reason: "none" } })
    rmSync(kept, { recursive: true })
    expect(existsSync(out)).toBe(true)
  })
)
