import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { RunReport } from "trials-domain/Run"
import { builtin } from "trials-domain/registries"
import type { RegistrySource } from "trials-domain/RegistrySource"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { trialsCommand } from "../src/TrialsCommand.js"
import { document, ErrorDocument } from "./Batch.js"
import { body, rows } from "./Rows.js"
import { within } from "./Within.js"

let folder: string
let before: string
beforeEach(() => {
  before = process.cwd()
  folder = mkdtempSync(join(tmpdir(), "trials-sample-"))
  process.chdir(folder)
})
afterEach(() => {
  process.chdir(before)
  rmSync(folder, { recursive: true, force: true })
})

const sample = ["sync", "--registry", "kdca", "--sample"]

describe("trials sync --sample", () => {
  it("reads what comes with the registry, into a database of its own, and says where", async () => {
    const first = await within(sample, {})
    expect([first.exit, existsSync("data/trials.db")]).toEqual([0, false])
    expect(first.stdout).toContain("145 of 145 records")
    expect(first.stderr).toContain("TRIALS_DATABASE_URL=sqlite:./data/sample.db")
    const again = await within([...sample, "--json"], {})
    expect(document(RunReport, again)).toMatchObject({ verdict: "unchanged" })
    expect(again.stderr).not.toContain("sample.db")
  })

  it.each([
    ["--from", "x.json"],
    ["--revision", "all"]
  ])("does not go with %s", async (...more) => {
    const { exit, stderr } = await within([...sample, ...more], {})
    expect([exit, stderr]).toEqual([2, expect.stringContaining("does not go with --from or --revision")])
    expect(existsSync("data")).toBe(false)
  })

  it("is refused for a registry without one", async () => {
    const [kdca] = builtin
    const { layerSample: _, ...bare } = kdca as RegistrySource
    const command = trialsCommand({ registries: [bare] })
    const { exit, stderr } = await within(sample, {}, { command })
    expect([exit, stderr]).toEqual([2, expect.stringContaining("kdca comes with no sample")])
  })
})

describe("sample and live data are never mixed", () => {
  const named = { TRIALS_DATABASE_URL: "sqlite:./one.db" }

  it("a sample is not loaded into anything else", async () => {
    writeFileSync("body.json", body(rows(3)))
    const from = ["sync", "--registry", "kdca", "--init", "--json", "--from", "body.json"]
    expect((await within(from, named)).exit).toBe(0)
    const refused = await within([...sample, "--json"], named)
    expect(refused.exit).toBe(2)
    const { message } = document(ErrorDocument, refused).error
    expect(message).toContain("holds more of kdca than its sample")
    expect(message).toContain("sqlite:./data/sample.db")
  })

  // Nobody is asked.
  const live = {
    ...named,
    ODCLOUD_SERVICE_KEY: "key",
    ODCLOUD_BASE_URL: "http://127.0.0.1:1",
    ODCLOUD_SPEC_URL: "http://127.0.0.1:1",
    CTGOV_BASE_URL: "http://127.0.0.1:1"
  }

  it("what a registry says is not loaded into a sample, of whichever registry, whatever was read since", async () => {
    expect((await within([...sample, "--init"], named)).exit).toBe(0)
    const told = async (registry: string) => {
      const refused = await within(["sync", "--registry", registry, "--json"], live)
      expect(refused.exit).toBe(2)
      return document(ErrorDocument, refused).error.message
    }
    expect(await told("kdca")).toContain("holds the sample of kdca")
    expect(await told("ctgov")).toContain("holds the sample of kdca")
    writeFileSync("body.json", body(rows(145)))
    const from = ["sync", "--registry", "kdca", "--allow-older", "--allow-shrink", "--from", "body.json"]
    expect((await within(from, named)).exit).toBe(0)
    expect(await told("kdca")).toContain("holds the sample of kdca")
  })

  it("a sample is not loaded beside another registry that is none; samples go together", async () => {
    writeFileSync("body.json", body(rows(3)))
    const ctgov = ["sync", "--registry", "ctgov", "--sample", "--json"]
    expect((await within(["sync", "--registry", "kdca", "--init", "--from", "body.json"], named)).exit).toBe(
      0
    )
    const refused = await within(ctgov, named)
    expect(refused.exit).toBe(2)
    expect(document(ErrorDocument, refused).error.message).toContain("holds more of kdca than its sample")
    expect([(await within(sample, {})).exit, (await within(ctgov, {})).exit]).toEqual([0, 0])
    expect((await within(sample, {})).exit).toBe(0)
  })
})
