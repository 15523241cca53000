import { Effect } from "effect"
import { expect, it } from "vitest"
import { make, mostWaiting, type Put } from "../src/telemetry/LogLines.js"

const line = (n: number) => `${JSON.stringify({ n, text: "한".repeat(1000) })}\n`

const parsed = (written: ReadonlyArray<Buffer>) =>
  Buffer.concat(written)
    .toString()
    .trimEnd()
    .split("\n")
    .map((each): { readonly n?: number; readonly lost?: number; readonly why?: string } => JSON.parse(each))

it("keeps lines that cannot be written, drops the excess, and says how many where they are missing", async () => {
  const written: Array<Buffer> = []
  let full = true
  // A disk that fills up takes only a part of a write.
  const put: Put = (bytes, done) =>
    setImmediate(() => {
      if (full && written.length > 0) return done(Object.assign(new Error(), { code: "ENOSPC" }), 0)
      const taken = full ? 100 : bytes.length
      written.push(Buffer.from(bytes.subarray(0, taken)))
      done(null, taken)
    })
  const lines = make(put, (lost, why) => lines.write(`${JSON.stringify({ lost, why })}\n`))
  const many = 1000
  for (let n = 0; n < many; n += 1) lines.write(line(n))
  // The flush does not wait for a full disk.
  await Effect.runPromise(lines.flush)
  expect(Buffer.concat(written).length).toBe(100)
  full = false
  await Effect.runPromise(lines.flush)
  lines.write(line(many))
  await Effect.runPromise(lines.flush)

  const found = parsed(written)
  const kept = found.length - 2
  expect(kept).toBe(Math.floor(mostWaiting / Buffer.byteLength(line(many - 1))))
  expect(found.slice(0, kept).map(({ n }) => n)).toEqual(Array.from({ length: kept }, (_, n) => n))
  expect(found[kept]).toEqual({ lost: many - kept, why: "ENOSPC" })
  expect(found[kept + 1]?.n).toBe(many)
})

it("takes a line that is longer than the whole buffer", async () => {
  const written: Array<Buffer> = []
  const lines = make(
    (bytes, done) => {
      written.push(bytes)
      done(null, bytes.length)
    },
    () => expect.unreachable()
  )
  lines.write("x".repeat(2 * mostWaiting))
  lines.write("y")
  await Effect.runPromise(lines.flush)
  expect(Buffer.concat(written).length).toBe(2 * mostWaiting + 1)
})
