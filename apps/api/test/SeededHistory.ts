import { Clock, Effect, Layer } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
  syncFrom,
  type SyntheticRecord,
  syntheticRegistry,
  SyntheticUpstream,
  writeSide
} from "trials-domain/testing"
import { opened } from "trials-testkit/Engines"
import type { Row } from "../../batch/test/Rows.js"
import { body } from "../../batch/test/Rows.js"
import { apiOver, registries, sampleFile, syncInto, temporaryFolder } from "./Harness.js"

/** A clock that stands at an instant, and still waits as long as it is told. */
const standingAt = (instant: string): Clock.Clock => {
  const millis = Date.parse(instant)
  const nanos = BigInt(millis) * 1_000_000n
  const { sleep } = Clock.make()
  return {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => millis,
    unsafeCurrentTimeNanos: () => nanos,
    currentTimeMillis: Effect.succeed(millis),
    currentTimeNanos: Effect.succeed(nanos),
    sleep
  }
}

/** What C130010 was called in each month. */
export const titles = {
  february: "조직구증식증 임상연구 네트워크 구축 및 운영(HLH)",
  march: "조직구증식증 임상연구 네트워크 구축과 3월의 운영",
  april: "조직구증식증 임상연구 네트워크의 4월 운영"
} as const

/** The trials of cardiology that were edited in the week of the visit. */
export const editedInCardiology = 3

const today = "2026-04-10T12:00:00Z"

const sample: ReadonlyArray<Row> = JSON.parse(readFileSync(sampleFile, "utf8")).data

const named = (id: string, change: Row) => (row: Row) =>
  row["과제번호"] === id ? { ...row, ...change } : row

/** The editions of kdca, each with when it came. */
const editions = (): ReadonlyArray<readonly [instant: string, rows: ReadonlyArray<Row>]> => {
  const march = sample.map(named("C130010", { 과제명: titles.march, 전체목표연구대상자수: "150" }))
  const april = march.map(named("C130010", { 과제명: titles.april, 전체목표연구대상자수: "180" }))
  const ofHearts = april.filter((row) => row["진료과"] === "Cardiology").slice(0, editedInCardiology)
  const last = april.map((row) => (ofHearts.includes(row) ? { ...row, 전체목표연구대상자수: "777" } : row))
  return [
    ["2026-02-10T03:00:00Z", sample],
    ["2026-03-12T03:00:00Z", march],
    ["2026-04-01T03:00:00Z", april],
    ["2026-04-08T03:00:00Z", last]
  ]
}

/** The API over a history of months, on a day in April. */
export const seededApi = Layer.unwrapScoped(
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const file = join(folder, "trials.db")
    for (const [instant, rows] of editions()) {
      const edition = join(folder, `${instant.slice(0, 10).replaceAll("-", "")}.json`)
      writeFileSync(edition, body(rows))
      yield* Effect.withClock(syncInto(file, edition), standingAt(instant))
    }
    const context = yield* Effect.withClock(Layer.build(apiOver(file)), standingAt(today))
    return Layer.succeedContext(context)
  })
)

const hostile: Readonly<Record<string, string>> = {
  tags: `<script>alert(1)</script><img src=x onerror=alert(2)>"'></title></textarea><svg onload=alert(3)>`,
  quotes: `"' onmouseover="alert(4)" style='position:fixed' javascript:alert(5) &quot; \\`,
  marks: "\u202eright to left\u2067 and on",
  long: "x".repeat(100_000),
  hangul: "가".repeat(100_000)
}

const registry = syntheticRegistry("hostile")

/** A record with one text wherever a registry can write. */
const written = (id: string, text: string): SyntheticRecord => ({
  id,
  title: text,
  officialTitle: text,
  acronym: text,
  secondaryIds: [{ id: text, kind: "other", issuer: text, raw: text }],
  formerIds: [text],
  studyTypeRaw: text,
  phaseRaw: text,
  observationalModelRaw: text,
  scopeRaw: text,
  department: text,
  leadInstitution: text,
  funders: [text],
  collaborators: [text],
  statusRaw: text,
  whyStopped: text,
  conditions: [text, `${text}.`],
  keywords: [text],
  interventions: [{ type: null, name: text, otherNames: [text] }],
  interventionNames: [text],
  arms: [{ label: text, type: null }],
  eligibility: { criteria: text, sex: null, minimumAge: text, maximumAge: text, healthyVolunteers: null },
  enrollmentRaw: text,
  durationRaw: text,
  countriesRaw: [text],
  primaryOutcomes: [{ measure: text, timeFrame: text, description: text }],
  secondaryOutcomes: [{ measure: text, timeFrame: text, description: text }],
  otherOutcomes: [{ measure: text, timeFrame: text, description: text }],
  ethicsReview: text,
  summary: text
})

/** The ids of the trials of a registry that writes whatever harms. */
export const hostileTrials = [...Object.keys(hostile), `<b>"'&?#%2f`]

/** The API over that registry, each of whose trials was edited once. */
export const hostileApi = Layer.unwrapScoped(
  Effect.gen(function* () {
    const file = join(yield* temporaryFolder, "trials.db")
    const { tags = "" } = hostile
    for (const suffix of ["", " edited"]) {
      const records = hostileTrials.map((id) => written(id, (hostile[id] ?? tags) + suffix))
      const upstream = new SyntheticUpstream(registry, records)
      yield* Effect.provide(syncFrom(upstream), writeSide(opened(`sqlite:${file}`)))
    }
    return apiOver(file, { known: [...registries, registry] })
  })
)
