import { expect, it } from "@effect/vitest"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Batch } from "./Batch.js"

const sample: { readonly data: ReadonlyArray<Record<string, unknown>> } = JSON.parse(
  readFileSync(
    fileURLToPath(new URL("../../../packages/trials-domain/sample/kdca.json", import.meta.url)),
    "utf8"
  )
)

/** A saved answer of so many rows, which repeat the sample's under ids of their own. */
const body = (rows: number): string => {
  const data = Array.from({ length: rows }, (_, n) => ({
    ...sample.data[n % sample.data.length],
    과제번호: `C${100_000 + n}`
  }))
  return JSON.stringify({
    ...sample,
    data,
    currentCount: rows,
    matchCount: rows,
    totalCount: rows,
    perPage: rows
  })
}

/** Packs and restores so many trials. Returns the most memory that each took, in MiB. */
const peaks = async (rows: number) => {
  const batch = new Batch()
  try {
    const told = join(batch.folder, "told.mjs")
    writeFileSync(
      told,
      'process.on("exit", () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}\\n`))'
    )
    const copy = { TRIALS_DATABASE_URL: "sqlite:./copy.db" }
    const run = async (args: ReadonlyArray<string>, environment = {}) => {
      const { code, stderr } = await batch.run(args, { NODE_OPTIONS: `--import=${told}`, ...environment })
      expect(code, stderr).toBe(0)
      return Math.round(Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024)
    }
    await run(["sync", "--registry", "kdca", "--from", batch.file("body.json", body(rows)), "--quiet"])
    const pack = await run(["release", "pack", "--first"])
    const verify = await run(["release", "verify", "./releases"])
    const restore = await run(["release", "restore", "./releases"], copy)
    await run(["verify"], copy)
    return { pack, verify, restore }
  } finally {
    batch.remove()
  }
}

it.skipIf(process.env["TRIALS_SHIPPED"] !== "long")(
  "100,000 trials are packed, verified and restored in the memory that 20,000 take",
  async () => {
    const [few, many] = [await peaks(20_000), await peaks(100_000)]
    console.log(`MiB at most: ${JSON.stringify({ few, many })}`)
    for (const step of ["pack", "verify", "restore"] as const) {
      expect(many[step]).toBeLessThan(few[step] * 1.3)
      expect(many[step]).toBeLessThan(300)
    }
  },
  600_000
)
