import { expect, it } from "@effect/vitest"
import { Either } from "effect"
import { TrialContent } from "../src/model/Trial.js"
import { map } from "../src/pipeline/Mapping.js"
import * as Registry from "../src/registries/Registry.js"

/** What becomes of a content that an adapter returns; its types may be wrong. */
const mapped = (content: Readonly<Record<string, unknown>>) => {
  const registry = Registry.make({
    name: "careless",
    transform: () =>
      Either.right({ id: "T1", content: { title: "t", ...content } as TrialContent, findings: [] })
  })
  return Either.getOrThrow(map(registry, {}))
}

it("an object with members left out is whole, with its members in one order; one that says nothing is null", () => {
  const { content, findings } = mapped({
    eligibility: { sex: "all", criteria: "c", unheard: 1 },
    design: { masking: null },
    interventions: [{ name: "n" }]
  })
  expect(findings).toEqual([])
  expect(JSON.stringify([content.eligibility, content.design, content.interventions])).toBe(
    '[{"criteria":"c","sex":"all","minimumAge":null,"maximumAge":null,"healthyVolunteers":null},null,' +
      '[{"type":null,"name":"n","otherNames":[]}]]'
  )
})

it("what a member cannot have becomes null, and an object that cannot do without it goes; each is a finding", () => {
  const { content, findings } = mapped({
    eligibility: { sex: "any", criteria: "c", minimumAge: 18 },
    design: { masking: 5 },
    arms: [{ label: "a", type: "drug" }, { label: "" }, { type: "other" }, "b", null, { label: "c" }],
    interventions: [
      { name: "n", otherNames: ["o", "", 7] },
      { name: "m", otherNames: "o" }
    ],
    secondaryIds: "NCT01234567"
  })
  expect(content).toEqual(
    TrialContent.make({
      title: "t",
      eligibility: {
        criteria: "c",
        sex: null,
        minimumAge: null,
        maximumAge: null,
        healthyVolunteers: null
      },
      arms: [
        { label: "a", type: null },
        { label: "c", type: null }
      ],
      interventions: [
        { type: null, name: "n", otherNames: ["o"] },
        { type: null, name: "m", otherNames: [] }
      ]
    })
  )
  const told = findings.map(({ code, field, value }) => `${code} ${field} ${value}`).sort()
  expect(told).toEqual([
    "value-invalid arms ",
    "value-invalid arms b",
    "value-invalid arms drug",
    "value-invalid arms null",
    'value-invalid arms {"label":null,"type":"other"}',
    "value-invalid design 5",
    "value-invalid eligibility 18",
    "value-invalid eligibility any",
    "value-invalid interventions ",
    "value-invalid interventions 7",
    "value-invalid interventions o",
    "value-invalid secondaryIds NCT01234567"
  ])
})
