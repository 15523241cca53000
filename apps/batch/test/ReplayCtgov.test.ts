import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { RunReport } from "trials-domain/Run"
import { afterEach, beforeEach, describe, expect, it } from "vitest"
import { document } from "./Batch.js"
import { within } from "./Within.js"

type Json = Record<string, unknown>

interface Study {
  readonly protocolSection: Readonly<Record<string, Json>>
  readonly derivedSection?: Json
}

const sample: { readonly studies: ReadonlyArray<Study> } = JSON.parse(
  readFileSync(new URL("../../../packages/trials-domain/sample/ctgov.json", import.meta.url), "utf8")
)
const { studies } = sample

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-replay-"))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Runs `trials sync --registry ctgov` on the database of a name. */
const sync = (database: string, ...more: ReadonlyArray<string>) =>
  within(["sync", "--registry", "ctgov", "--init", "--json", ...more], {
    TRIALS_DATABASE_URL: `sqlite:${join(folder, database)}`
  })

/** Writes a file, and reads it. */
const from = async (database: string, name: string, body: unknown) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), JSON.stringify(body))
  return document(RunReport, await sync(database, "--from", join(folder, name)))
}

const without = (...left: ReadonlyArray<readonly [module: string, key?: string]>): ReadonlyArray<Study> =>
  studies.map((study) => {
    const protocolSection = structuredClone(study.protocolSection) as Record<string, Json>
    for (const [module, key] of left) {
      if (key === undefined) delete protocolSection[module]
      else delete protocolSection[module]?.[key]
    }
    return { ...study, protocolSection }
  })

describe("saved studies that lack pieces", () => {
  const missing = { verdict: "quarantined", reason: { code: "pieces-missing" } }
  const partial = without(
    ["outcomesModule"],
    ["armsInterventionsModule"],
    ["contactsLocationsModule"],
    ["designModule", "phases"],
    ["designModule", "enrollmentInfo"],
    ["identificationModule", "officialTitle"],
    ["sponsorCollaboratorsModule", "collaborators"]
  )

  it("are not loaded over records that have them, and may be loaded by themselves, twice", async () => {
    expect((await sync("a.db", "--sample")).exit).toBe(0)
    const refused = await from("a.db", "partial.json", partial)
    expect(refused).toMatchObject(missing)
    expect(refused.reason?.message).toMatch(/lacks pieces that stored records of ctgov have, as [A-Za-z]+: /)
    for (const only of [
      without(["sponsorCollaboratorsModule", "collaborators"]),
      without(["identificationModule", "secondaryIdInfos"]),
      // They may be older than what was loaded.
      studies.map(({ derivedSection: _, ...study }) => study)
    ])
      expect(await from("a.db", "one.json", only)).toMatchObject(missing)
    expect(await from("a.db", "whole.json", studies)).toMatchObject({ verdict: "unchanged" })
    expect(await from("b.db", "partial.json", partial)).toMatchObject({ verdict: "complete" })
    expect(await from("b.db", "partial.json", partial)).toMatchObject({ verdict: "unchanged" })
  })

  it("are refused of one study too, and one that says more is an edit", async () => {
    const [first] = studies
    expect(await from("a.db", "a.json", first)).toMatchObject({ verdict: "complete" })
    expect(await from("a.db", "a.json", without(["designModule", "phases"])[0])).toMatchObject(missing)
    const stopped = structuredClone(first)
    Object.assign(stopped?.protocolSection["statusModule"] ?? {}, { whyStopped: "Because." })
    expect(await from("a.db", "a.json", stopped)).toMatchObject({
      verdict: "complete",
      counts: { edited: 1 }
    })
  })
})

it("what a list that states no total does not have is not missing, however often it is read", async () => {
  expect((await sync("a.db", "--sample")).exit).toBe(0)
  for (const _ of [1, 2, 3]) {
    expect(await from("a.db", "part.json", studies.slice(3))).toMatchObject({
      verdict: "unchanged",
      counts: { missed: 0, disappeared: 0, unchanged: 90 }
    })
  }
  const told = await sync("a.db", "--from", join(folder, "part.json"))
  expect(told.stderr).toContain("part.json states no total of the records and may be a part of them")
  const total = { totalCount: 90, studies: studies.slice(3) }
  expect(await from("a.db", "all.json", total)).toMatchObject({ counts: { missed: 3, disappeared: 0 } })
  // The trials of a part were there.
  expect(await from("a.db", "part.json", studies.slice(0, 91))).toMatchObject({ counts: { missed: 0 } })
  expect(await from("a.db", "all.json", total)).toMatchObject({ counts: { missed: 3, disappeared: 0 } })
  expect(await from("a.db", "all.json", total)).toMatchObject({ counts: { disappeared: 3 } })
})
