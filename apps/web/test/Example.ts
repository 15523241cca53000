import { diff } from "trials-domain/Change"
import { TrialContent } from "trials-domain/Trial"
import type { Trial, Version } from "../src/trial/Answers.js"

const content = TrialContent.make({
  title: "Examplimab in lung cancer",
  acronym: "EXAMPLE-1",
  url: "https://clinicaltrials.gov/study/NCT01234567",
  studyType: "interventional",
  studyTypeRaw: "INTERVENTIONAL",
  phases: ["2", "3"],
  phaseRaw: "PHASE2, PHASE3",
  status: "recruiting",
  statusRaw: "RECRUITING",
  enrollment: 570,
  enrollmentType: "estimated",
  enrollmentRaw: "570",
  startDate: "2024-05",
  registryUpdatedDate: "2026-10-01",
  countries: ["KR", "US"],
  formerIds: ["NCT00999999"]
})

/** A trial of a registry that moves its update date. */
export const example: Trial = {
  registry: "ctgov",
  id: "NCT01234567",
  ...content,
  version: 1,
  createdAt: "2026-10-05T18:01:00.000Z",
  updatedAt: "2026-10-05T18:01:00.000Z",
  missingSince: null
}

/** The version of the example that a change of some of its fields makes. */
export const versionOf = (fields: Partial<Trial>, change: Partial<Version> = {}): Version => {
  const trial = { ...example, ...fields }
  return {
    registry: trial.registry,
    id: trial.id,
    version: trial.version,
    seq: trial.version,
    kind: trial.version === 1 ? "created" : "edited",
    silent: false,
    mass: false,
    observedAt: "2026-10-05T18:01:00.000Z",
    editionDate: null,
    mergedInto: null,
    runId: "20261005T180000Z-abc001",
    changes:
      trial.version === 1
        ? []
        : diff(content, { ...content, ...(fields as Partial<typeof content>) }).map((each) => ({ ...each })),
    trial,
    ...change
  }
}

/** A page of a list that has all of it. */
export const pageOf = (items: ReadonlyArray<Version>) => ({
  items,
  total: { value: items.length, relation: "eq" },
  nextCursor: null
})

/** The path of the example in the API. */
export const examplePath = "/v1/trials/ctgov/NCT01234567"

/** A text that a registry might write to break a page. */
export const hostile = `<script>alert(1)</script>"'>&\u202E\u2067${"x".repeat(100_000)}`
