import { readFileSync } from "node:fs"
import { gunzipSync } from "node:zlib"
import type { TableRow } from "trials-domain/testing"

/**
 * What a database of schema version 1 contained after `Nights.nights(seeded(11))` and a remap, as that version itself
 * wrote it: every table except those of staging and leases.
 */
export const afterNights = (): ReadonlyArray<TableRow> =>
  gunzipSync(readFileSync(new URL("../fixtures/version-1.ndjson.gz", import.meta.url)))
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line): TableRow => JSON.parse(line))

const instant = (day: number): string => new Date(Date.UTC(2026, 10, 1 + day)).toISOString()

/** A database of version 1 with `count` trials of kdca, each created on one day and edited on the next. */
export const ofTrials = (count: number): ReadonlyArray<TableRow> => {
  const rows: Array<TableRow> = []
  for (let n = 0; n < count; n += 1) {
    const id = `C${String(100_000 + n).padStart(6, "0")}`
    const created = {
      url: null, title: `제목 ${n}`, officialTitle: null, studyType: "observational", studyTypeRaw: "관찰연구", phases: [],
      phaseRaw: null, observationalModel: "cohort", observationalModelRaw: "코호트", scope: null, scopeRaw: null,
      department: "Cardiology", leadInstitution: "서울대학교병원", collaborators: [], status: null, statusRaw: null,
      conditions: [], interventions: [], enrollment: n, enrollmentType: null, enrollmentRaw: String(n),
      durationMonths: 36, durationRaw: "3년", startDate: null, completionDate: null, registryUpdatedDate: null,
      countries: [], hasResults: null
    } // prettier-ignore
    const edited = { ...created, title: `제목 ${n}, edited` }
    const own = { registry: "kdca", id, mapping_version: 2, created_at: instant(0), missing_since: null }
    const version = (at: number, content: typeof created, changes: ReadonlyArray<object>): TableRow => ({
      table: "trial_versions",
      row: {
        ...own,
        version: at,
        seq: (at - 1) * count + n + 1,
        kind: at === 1 ? "created" : "edited",
        changes: JSON.stringify(changes),
        content: JSON.stringify(content),
        record: JSON.stringify({ 과제번호: id, 과제명: content.title }),
        observed_at: instant(at - 1),
        edition_date: null,
        run_id: `run ${at}`,
        updated_at: instant(at - 1)
      }
    })
    const { mapping_version: _, ...ofTrial } = own
    const columns = Object.entries(edited).map(([field, value]): [string, string | number | null] => [
      field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      Array.isArray(value) ? JSON.stringify(value) : value
    ])
    rows.push(
      version(1, created, []),
      version(2, edited, [{ field: "title", from: created.title, to: edited.title }]),
      {
        table: "trials",
        row: {
          ...ofTrial,
          ...Object.fromEntries(columns),
          version: 2,
          updated_at: instant(1),
          updated_seq: count + n + 1
        }
      },
      {
        table: "trial_search",
        row: {
          registry: "kdca",
          id,
          text: edited.title,
          title: edited.title,
          department: "",
          institution: ""
        }
      }
    )
  }
  const counters = [
    { table: "counters", row: { name: "seq", value: 2 * count } },
    { table: "counters", row: { name: "publication", value: 2 } }
  ]
  return [...rows, ...counters]
}
