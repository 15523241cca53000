import type { Trial, TrialVersion } from "trials-contract"
import { TrialContent } from "trials-domain/Trial"

const text = (what: string, characters: number) =>
  Array.from({ length: Math.ceil(characters / 40) }, (_, n) => `${what} ${n} 가나다 👩‍⚕️ "quoted" \\ `)
    .join("")
    .slice(0, characters)

const observed = {
  registry: "ctgov",
  id: "NCT00000001",
  version: 3,
  createdAt: "2026-10-05T18:01:00.000Z",
  updatedAt: "2026-11-20T18:01:00.000Z",
  missingSince: null
}

/** A trial of which little is known. */
export const shortTrial: Trial = { ...TrialContent.make({ title: "A trial" }), ...observed }

/** A trial of more than 800 KB. */
export const longTrial = (): Trial => ({
  ...TrialContent.make({
    title: "A trial with everything",
    status: "unknown",
    statusRaw: "UNKNOWN",
    summary: text("summary", 60_000),
    eligibility: {
      criteria: text("criteria", 90_000),
      sex: "all",
      minimumAge: null,
      maximumAge: null,
      healthyVolunteers: null
    },
    conditions: Array.from({ length: 3000 }, (_, n) => `condition ${n}`),
    keywords: Array.from({ length: 3000 }, (_, n) => `keyword ${n}`),
    primaryOutcomes: Array.from({ length: 3 }, (_, n) => ({
      measure: `measure ${n}`,
      timeFrame: null,
      description: text(`outcome ${n}`, 200_000)
    }))
  }),
  ...observed
})

/** A version of one. */
export const fixture: TrialVersion = {
  registry: "ctgov",
  id: "NCT00000001",
  version: 3,
  seq: 7,
  kind: "edited",
  silent: false,
  mass: false,
  observedAt: "2026-11-20T18:01:00.000Z",
  editionDate: null,
  mergedInto: null,
  runId: "20261120T180000Z-run003",
  changes: [],
  trial: shortTrial
}
