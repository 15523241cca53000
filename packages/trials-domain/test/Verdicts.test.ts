import { expect, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { Verdict } from "../src/model/Run.js"
import { InconsistentRead } from "../src/pipeline/Extract.js"
import type { SyncError } from "../src/pipeline/Sync.js"
import { UpstreamReason } from "../src/registries/UpstreamError.js"

const read = (path: string) => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8")

/** The codes in the first column of a section's table. */
const codesOf = (title: string): ReadonlyArray<string> => {
  const [, section = ""] = read("../../../docs/verdicts.md").split(`\n## ${title}\n`)
  const [table = ""] = section.split("\n## ")
  return [...table.matchAll(/^\| `([^`]+)` +\|/gm)].flatMap(([, code]) => code ?? []).slice(1)
}

/** The codes that a source names, by what stands before them. */
const named = (path: string, before: RegExp): ReadonlyArray<string> =>
  [...read(`../src/${path}`).matchAll(new RegExp(`${before.source}\\s*"([a-z-]+)"`, "g"))].flatMap(
    ([, code]) => code ?? []
  )

const sorted = (codes: Iterable<string>) => [...new Set(codes)].sort()

// The type makes this list whole.
const tags: Readonly<Record<SyncError["_tag"], true>> = {
  InvalidRegistry: true,
  InvalidRequest: true,
  LeaseHeld: true,
  LeaseLost: true,
  ParseError: true,
  SqlError: true,
  StagingNotAttached: true,
  UpstreamError: true,
  WithinTransaction: true
}

it("docs/verdicts.md names every verdict, reason and error once", () => {
  const failed = [
    ...UpstreamReason.literals,
    ...InconsistentRead.fields.reason.literals,
    ...named("pipeline/ProvenRead.ts", /\bcode:/),
    ...named("pipeline/Prove.ts", /\bcode:/),
    ...named("pipeline/CensusRead.ts", /\brecordLacking =/),
    ...named("pipeline/RunEnding.ts", /\breason\(/),
    ...named("store/RunLedger.ts", /\bcode:/)
  ]
  const tables = {
    Verdicts: Verdict.literals,
    "Reasons of a quarantined run": named("pipeline/Checks.ts", /\bquarantined\(/),
    "Reasons of a failed run": failed,
    Errors: Object.keys(tags)
  }
  for (const [title, codes] of Object.entries(tables)) {
    expect([title, codesOf(title).toSorted()]).toEqual([title, sorted(codes)])
  }
})
