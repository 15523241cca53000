import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { SqlClient } from "@effect/sql"
import { Effect, Layer, Redacted } from "effect"
import * as Database from "trials-database/Database"
import { fromMillis } from "trials-domain/Instant"
import * as Registry from "trials-domain/Registry"
import { syntheticRegistry, SyntheticUpstream } from "trials-domain/testing"
import { UpstreamError } from "trials-domain/UpstreamError"
import { afterEach, beforeEach, expect, it } from "vitest"
import { worst } from "../src/Failure.js"
import { trialsCommand } from "../src/TrialsCommand.js"
import { within } from "./Within.js"

const upstream = (name: string) =>
  new SyntheticUpstream(syntheticRegistry(name), [
    { id: `${name}-1`, title: "a", formerIds: ["OLD 1"], registryUpdatedDate: "2026-11-01" }
  ])

const down = (name: string) => ({
  registry: syntheticRegistry(name),
  layer: Layer.fail(
    new UpstreamError({ registry: name, reason: "network", detail: `${name} cannot be reached.` })
  )
})

const source = (of: SyntheticUpstream) => ({ registry: of.registry, layer: of.layer() })

let folder: string
let settings: Readonly<Record<string, string>>

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-all-"))
  settings = { TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}` }
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const linesOf = (stdout: string) =>
  stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line))

it("every registry is run, and one that fails stops no other", async () => {
  const [first, last] = [upstream("first"), upstream("last")]
  const command = trialsCommand({ registries: [source(first), down("broken"), source(last)] })
  const sync = ["sync", "--registry", "all", "--init"]
  const { exit, stderr, stdout } = await within([...sync, "--json"], settings, { command })
  expect(exit).toBe(4)
  expect(linesOf(stdout)).toMatchObject([
    { registry: "first", verdict: "complete", counts: { created: 1 } },
    { registry: "broken", error: { code: "network", message: "broken cannot be reached." } },
    { registry: "last", verdict: "complete", counts: { created: 1 } }
  ])
  expect(stderr).toContain("trials: broken: broken cannot be reached.")

  const sound = trialsCommand({ registries: [source(first), source(last)] })
  const again = await within([...sync, "--full"], settings, { command: sound })
  expect(again.exit).toBe(0)
  expect(again.stdout.match(/^unchanged {2}(first|last)$/gm)).toEqual(["unchanged  first", "unchanged  last"])

  // A quarantined run is worse than a failed one.
  last.records = []
  const shrunk = await within([...sync, "--json"], settings, { command })
  expect(shrunk.exit).toBe(3)
  expect(linesOf(shrunk.stdout).map(({ verdict }) => verdict)).toEqual([
    "unchanged",
    undefined,
    "quarantined"
  ])
})

it("the samples of all registries that have one are read, and what is of one registry is refused", async () => {
  const withSample = (of: SyntheticUpstream) => ({ ...source(of), layerSample: of.layer() })
  const command = trialsCommand({
    registries: [withSample(upstream("first")), source(upstream("none")), withSample(upstream("last"))]
  })
  const sync = ["sync", "--registry", "all", "--init", "--json"]
  const { exit, stdout } = await within([...sync, "--sample"], settings, { command })
  expect(exit).toBe(0)
  expect(linesOf(stdout).map(({ registry }) => registry)).toEqual(["first", "last"])
  for (const of of [
    ["--from", "."],
    ["--revision", "all"]
  ]) {
    const refused = await within([...sync, ...of], settings, { command })
    expect(refused.exit).toBe(2)
    expect(refused.stderr).toContain("--registry all")
  }
  expect(() => Registry.make({ ...syntheticRegistry(), name: "all" })).toThrow("cannot be called all")
})

it("the worst exit code is that which most needs a person", () => {
  expect(worst([])).toBe(0)
  expect(worst([0, 4, 0])).toBe(4)
  expect(worst([4, 3, 0])).toBe(3)
  expect(worst([3, 5, 4])).toBe(5)
  expect(worst([5, 2])).toBe(2)
  expect(worst([2, 6, 0])).toBe(6)
  expect(worst([6, 1])).toBe(1)
  expect(worst([0, 99, 1])).toBe(99)
})

it("trials find, changes and history: by any identifier, silent, merged, or of a mass change", async () => {
  const registry = upstream("first")
  const command = trialsCommand({ registries: [source(registry)] })
  const run = (...args: ReadonlyArray<string>) => within(args, settings, { command })
  const sync = () => run("sync", "--registry", "first", "--init", "--allow-shrink")
  const trials = Array.from({ length: 30 }, (_, n) => ({ id: `T${n}`, title: "t" }))
  registry.records = [...registry.records, ...trials]
  await sync()
  registry.records = registry.records.map((each, n) => (n === 0 ? { ...each, title: "b" } : each))
  expect((await sync()).stdout).toContain("1 edited, of which 1 silent")
  registry.records = registry.records.map((each) => ({ ...each, acronym: "X" }))
  await sync()
  registry.records = registry.records.filter(({ id }) => id !== "T0")
  registry.records = registry.records.map((each, n) => (n === 1 ? { ...each, formerIds: ["T0"] } : each))
  for (const day of ["2026-11-02", "2026-11-03"]) {
    registry.dataTimestamp = day
    await sync()
  }

  expect(linesOf((await run("find", "old-1", "--json")).stdout)).toMatchObject([
    { kind: "former", identifier: "OLD 1", trial: { id: "first-1" } },
    { total: { value: 1, relation: "eq" } }
  ])
  expect((await run("find", "t 0")).stdout).toMatch(/T1 +former id T0 .*\n.*T0 +its id +no longer listed/)
  const none = await run("find", "NCT01234567")
  expect([none.exit, none.stdout]).toEqual([
    0,
    expect.stringContaining("No trial here is known by NCT01234567")
  ])
  expect((await run("find", "--", "--")).exit).toBe(2)
  const lost = await run("show", "first", "old 1")
  expect([lost.exit, lost.stderr]).toEqual([2, expect.stringContaining("`trials find`")])

  const ids = async (...args: ReadonlyArray<string>) =>
    linesOf((await run("changes", ...args, "--json")).stdout).flatMap(({ id }) =>
      id === undefined ? [] : [id]
    )
  expect(await ids("--silent", "--no-mass")).toEqual(["first-1"])
  expect(await ids("--mass")).toHaveLength(31)
  expect(await ids("--no-mass", "--no-silent", "--kind", "edited")).toEqual(["T1"])
  expect((await run("changes", "--mass", "--no-mass")).exit).toBe(2)
  const said = async (...args: ReadonlyArray<string>) => (await run("changes", ...args)).stdout.split("\n")[0]
  expect(await said("--field", "acronym", "--no-mass")).toBe(
    "No change in the last 7 days fits these options."
  )
  const { nextAfter } = linesOf((await run("changes", "--json")).stdout).at(-1) ?? {}
  expect(await said("--after", nextAfter)).toBe("Nothing changed after that.")
  const table = (await run("changes", "--kind", "edited")).stdout
  expect(table).toMatch(/first-1 +edited, silent +title: a → b/)
  expect(table).toMatch(/edited, mass +30 trials in one run/)
  expect((await run("history", "first", "T0")).stdout).toContain("merged into T1: no longer listed since")
})

it("trials find says how many there are where it does not list all", async () => {
  const registry = upstream("first")
  const secondaryIds = [{ id: "PROT-1", kind: "other" as const, issuer: null, raw: "PROT-1" }]
  registry.records = Array.from({ length: 101 }, (_, n) => ({ id: `T${n}`, title: "t", secondaryIds }))
  const command = trialsCommand({ registries: [source(registry)] })
  const run = (...args: ReadonlyArray<string>) => within(args, settings, { command })
  await run("sync", "--registry", "first", "--init")
  const lines = linesOf((await run("find", "prot 1", "--json")).stdout)
  expect([lines.length, lines.at(-1)]).toEqual([101, { total: { value: 101, relation: "eq" } }])
  expect((await run("find", "prot 1")).stdout).toContain("100 of 101 trials.")
})

it("trials watch does not count weekends of a registry that publishes on business days", async () => {
  const named = (name: string, publishes: Registry.Registry["publishes"]) => {
    const of = upstream(name)
    const registry = Registry.make({ ...of.registry, publishes })
    return { registry, layer: of.layer(registry) }
  }
  const command = trialsCommand({ registries: [named("weekly", "business-days"), named("nightly", "daily")] })
  await within(["sync", "--registry", "all", "--init"], settings, { command })
  // Any seven days have one weekend.
  const before = fromMillis(Date.now() - 7 * 86_400_000)
  await Effect.runPromise(
    Effect.flatMap(SqlClient.SqlClient, (sql) => sql`UPDATE runs SET finished_at = ${before}`).pipe(
      Effect.provide(Database.layerWriter({ url: Redacted.make(settings["TRIALS_DATABASE_URL"] ?? "") }))
    )
  )
  const watch = ["watch", "--max-age", "6d"]
  const { exit, stdout } = await within([...watch, "--json"], settings, { command })
  expect(exit).toBe(7)
  const day = 86_400
  const found = linesOf(stdout).map(({ ageSeconds, countedAgeSeconds, registry, stale }) => [
    registry,
    stale,
    Math.floor(ageSeconds / day),
    Math.floor(countedAgeSeconds / day)
  ])
  expect(found).toEqual([
    ["weekly", false, 7, 5],
    ["nightly", true, 7, 7]
  ])
  const said = await within([...watch, "--registry", "weekly"], settings, { command })
  expect([said.exit, said.stdout]).toEqual([
    0,
    expect.stringMatching(/^fresh {2}weekly: .*; 5d .*without weekends/)
  ])
})
