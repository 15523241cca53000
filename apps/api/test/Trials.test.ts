import { expect, layer } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { type Answered, ask, sampleApi, sampleFile } from "./Harness.js"

const rows: ReadonlyArray<Readonly<Record<string, string>>> = JSON.parse(
  readFileSync(sampleFile, "utf8")
).data

const none = {
  phases: [],
  phaseRaw: null,
  secondaryIds: [],
  formerIds: [],
  funders: [],
  collaborators: [],
  conditions: [],
  keywords: [],
  interventions: [],
  interventionNames: [],
  arms: [],
  countries: [],
  countriesRaw: [],
  primaryOutcomes: [],
  secondaryOutcomes: [],
  otherOutcomes: []
}
const unsaid = {
  url: null,
  officialTitle: null,
  acronym: null,
  sponsorClass: null,
  status: null,
  statusRaw: null,
  lastKnownStatus: null,
  whyStopped: null,
  design: null,
  eligibility: null,
  enrollmentType: null,
  registeredDate: null,
  startDate: null,
  startDateType: null,
  primaryCompletionDate: null,
  primaryCompletionDateType: null,
  completionDate: null,
  completionDateType: null,
  registryUpdatedDate: null,
  hasResults: null,
  resultsDate: null,
  ethicsReview: null,
  ipdSharing: null,
  summary: null,
  missingSince: null
}
const common = { registry: "kdca", studyType: "observational", version: 1, ...none, ...unsaid }

// The old system's own cases, taken from the source rows by hand.
const coded = {
  C130010: { observationalModel: "cohort", scope: "multi-center", enrollment: 120, durationMonths: 36 },
  C130011: { observationalModel: "cohort", scope: "multi-center", enrollment: 500, durationMonths: 72 },
  C100002: { observationalModel: "cohort", scope: "single-center", enrollment: null, durationMonths: 12 },
  C110007: { observationalModel: "case-only", scope: "single-center", enrollment: 200, durationMonths: null },
  C140012: { observationalModel: "cohort", scope: "multi-center", enrollment: 300, durationMonths: 11 }
}

const said = (text: string | undefined) => (text === "" ? null : text)

layer(sampleApi, { excludeTestServices: true })("the questions of the old system", (it) => {
  it.effect.each(Object.entries(coded))("%s has all fields of its source row", ([id, expected]) =>
    Effect.gen(function* () {
      const row = rows.find((each) => each["과제번호"] === id) ?? {}
      const { body, status } = yield* ask(`/v1/trials/kdca/${id}`)
      const { createdAt, updatedAt, ...trial } = body
      expect(status).toBe(200)
      expect(createdAt).toBe(updatedAt)
      expect(trial).toEqual({
        ...common,
        ...expected,
        id,
        title: row["과제명"],
        department: row["진료과"],
        leadInstitution: row["연구책임기관"],
        studyTypeRaw: row["연구종류"],
        observationalModelRaw: row["임상시험단계(연구모형)"],
        scopeRaw: row["연구범위"],
        durationRaw: said(row["연구기간"]),
        enrollmentRaw: said(row["전체목표연구대상자수"])
      })
    })
  )

  it.effect("title and department together give exactly two", () =>
    Effect.gen(function* () {
      for (const department of ["cardiology", "CARDIOLOGY", "Cardiology"]) {
        const { body } = yield* ask(`/v1/trials?${new URLSearchParams({ title: "한국인", department })}`)
        expect(body.items.map(({ id }: { id: string }) => id).sort()).toEqual(["C130002", "C130012"])
        expect(body.total).toEqual({ value: 2, relation: "eq" })
      }
    })
  )

  it.effect("sorted by id the first five are C100001 to C100005", () =>
    Effect.gen(function* () {
      const { body } = yield* ask("/v1/trials?sort=id&limit=5")
      expect(body.items.map(({ id }: { id: string }) => id)).toEqual([
        "C100001",
        "C100002",
        "C100003",
        "C100004",
        "C100005"
      ])
      expect(body.total).toEqual({ value: 145, relation: "eq" })
    })
  )

  it.effect("an unknown trial, registry, version or run is 404", () =>
    Effect.gen(function* () {
      const unknown = [
        "/v1/trials/kdca/C999999",
        "/v1/trials/KDCA/C130010",
        "/v1/trials/kdca/c130010",
        "/v1/trials/kdca/C999999/history",
        "/v1/trials/kdca/C999999/diff?from=1&to=1",
        "/v1/trials/kdca/C130010/diff?from=1&to=2",
        "/v1/trials/kdca/C130010?asOf=2001-01-01T00:00:00Z",
        "/v1/registries/nope/quality",
        "/v1/runs/nope"
      ]
      for (const path of unknown) {
        const { body, headers, status } = yield* ask(path)
        expect([path, status, body.status]).toEqual([path, 404, 404])
        expect(headers.get("content-type")).toContain("application/problem+json")
        expect(body.instance).toBe(path.split("?")[0])
      }
    })
  )

  it.effect("all pages together list every trial once", () =>
    Effect.gen(function* () {
      for (const sort of ["id", "updatedAt", "-updatedAt"]) {
        const ids: Array<string> = []
        let next: string | null = ""
        while (next !== null) {
          const { body }: Answered = yield* ask(
            `/v1/trials?sort=${sort}&limit=50${next === "" ? "" : `&cursor=${next}`}`
          )
          ids.push(...body.items.map(({ id }: { id: string }) => id))
          next = body.nextCursor
        }
        expect(ids.length).toBe(145)
        expect(new Set(ids).size).toBe(145)
      }
    })
  )

  it.effect("a coded value and the registry's own text filter alike", () =>
    Effect.gen(function* () {
      const pairs = [
        ["studyType=observational", "studyType=관찰연구", 100],
        ["studyType=interventional", "studyType=중재연구", 29],
        ["scope=single-center", "scope=단일기관", 31],
        ["observationalModel=cohort", "observationalModel=코호트", 68],
        ["phase=4", "phase=Phase 4", 17]
      ] as const
      for (const [one, other, count] of pairs) {
        const [first, second] = yield* Effect.all([ask(`/v1/trials?${one}`), ask(`/v1/trials?${other}`)])
        expect([one, first.body.total.value]).toEqual([one, count])
        expect([other, second.body.total.value]).toEqual([other, count])
        expect(first.body.items).toEqual(second.body.items)
      }
    })
  )

  it.effect("history, diff, as-of, feed, ledger and quality report the same run", () =>
    Effect.gen(function* () {
      const { body: runs } = yield* ask("/v1/runs?registry=kdca")
      const [run] = runs.items
      const { body: whole } = yield* ask(`/v1/runs/${run.runId}`)
      expect(whole).toMatchObject({ ...run, rejected: [] })
      const { body: history } = yield* ask("/v1/trials/kdca/C130010/history")
      const { body: trial } = yield* ask("/v1/trials/kdca/C130010")
      expect(history.items).toHaveLength(1)
      expect(history.items[0]).toMatchObject({ kind: "created", runId: run.runId, trial })
      const { body: then } = yield* ask(`/v1/trials/kdca/C130010?asOf=${trial.createdAt}`)
      expect(then).toEqual(trial)
      const { body: diff } = yield* ask("/v1/trials/kdca/C130010/diff?from=1&to=1")
      expect(diff.changes).toEqual([])
      const { body: feed } = yield* ask("/v1/changes?after=140&limit=1000&kind=created&registry=kdca")
      expect([feed.items.length, feed.nextAfter]).toEqual([5, `145:${run.runId.slice(-6)}`])
      const { body: quality } = yield* ask("/v1/registries/kdca/quality")
      expect(quality).toMatchObject({ registry: "kdca", runId: run.runId, previousRunId: null })
      expect(quality.findings).toContainEqual(
        expect.objectContaining({ code: "duration-missing", count: 17, previous: null, delta: null })
      )
      const { body: registries } = yield* ask("/v1/registries")
      expect(registries.items).toHaveLength(1)
      expect(registries.items[0]).toMatchObject({
        name: "kdca",
        licence: null,
        lastRun: { runId: run.runId, verdict: "complete" },
        lastProvenAt: run.finishedAt,
        lastChangeAt: run.observedAt,
        trials: { listed: 145, missing: 0 }
      })
    })
  )

  it.effect("the NDJSON feed is the JSON feed with one change per line", () =>
    Effect.gen(function* () {
      const { body } = yield* ask("/v1/changes?limit=3")
      const lines = yield* ask("/v1/changes?limit=3", { headers: { accept: "application/x-ndjson" } })
      expect(lines.headers.get("content-type")).toContain("application/x-ndjson")
      expect(lines.headers.get("x-next-after")).toBe(body.nextAfter)
      expect(lines.headers.get("vary")).toContain("Accept")
      expect(lines.text.endsWith("\n")).toBe(true)
      expect(
        lines.text
          .trimEnd()
          .split("\n")
          .map((line) => JSON.parse(line))
      ).toEqual(body.items)
      const refused = yield* ask("/v1/changes?limit=1001", { headers: { accept: "application/x-ndjson" } })
      expect([refused.status, refused.body.errors[0].parameter]).toEqual([400, "limit"])
    })
  )

  it.effect("a trial that was just loaded is recent", () =>
    Effect.gen(function* () {
      const { body } = yield* ask("/v1/trials/recent?days=1&limit=1&department=psychiatry")
      expect(body.items).toHaveLength(1)
      expect(body.total.value).toBeGreaterThan(1)
      const next = yield* ask(`/v1/trials/recent?days=2&department=psychiatry&cursor=${body.nextCursor}`)
      expect(next.status).toBe(400)
    })
  )
})
