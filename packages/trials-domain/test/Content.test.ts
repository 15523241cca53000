import { Arbitrary, FastCheck as fc, Schema } from "effect"
import { expect, it } from "vitest"
import { canonical, ContentText, fieldShapes, toText } from "../src/model/Content.js"
import { contentFields, TrialContent } from "../src/model/Trial.js"
import { Design } from "../src/model/Design.js"
import { canonical as migrated } from "../src/store/migrations/0002_content_once.js"
import { contentOf as converted } from "../src/store/migrations/0005_who_fields.js"

const contents = Arbitrary.make(TrialContent)
const decode = Schema.decodeSync(ContentText)

it("a content read back from its text is unchanged", () => {
  fc.assert(
    fc.property(contents, (content) => {
      expect(decode(toText(content))).toEqual(content)
    })
  )
})

it("equal contents have equal texts, whatever the order of their fields", () => {
  fc.assert(
    fc.property(contents, fc.infiniteStream(fc.nat()), (content, dice) => {
      const shuffled = Object.entries(content)
        .map((entry) => ({ entry, at: dice.next().value }))
        .sort((a, b) => a.at - b.at)
        .map(({ entry }) => entry)
      expect(toText(Object.fromEntries(shuffled) as TrialContent)).toBe(toText(content)) // the same fields
    })
  )
})

it("keys are sorted, and values that the registry does not give are omitted", () => {
  expect(
    toText(TrialContent.make({ title: "t", enrollment: 0, conditions: ["b", "a"], hasResults: false }))
  ).toBe('{"conditions":["b","a"],"enrollment":0,"hasResults":false,"title":"t"}')
})

it("an added field that is null everywhere, or an added list that is empty everywhere, changes no text", () => {
  const later = canonical({
    ...TrialContent.fields,
    design: Schema.NullOr(
      Schema.Struct({
        ...Design.from.fields,
        sites: Schema.NullOr(Schema.Int),
        names: Schema.Array(Schema.String)
      })
    ),
    later: Schema.NullOr(Schema.String),
    others: Schema.Array(Schema.String)
  })
  const read = Schema.decodeSync(later.FromText)
  fc.assert(
    fc.property(contents, (content) => {
      const design = content.design === null ? null : { ...content.design, sites: null, names: [] }
      const added = { ...content, design, later: null, others: [] }
      expect(later.toText(added)).toBe(toText(content))
      expect(read(toText(content))).toEqual(added)
    })
  )
})

it("the migrations of stored contents write the same text", () => {
  const names = fc.array(fc.string({ minLength: 1 }))
  fc.assert(
    fc.property(contents, names, (content, interventions) => {
      // The contents that were stored then had no objects, and names for interventions.
      const old = {
        ...content,
        secondaryIds: [],
        arms: [],
        design: null,
        eligibility: null,
        primaryOutcomes: [],
        secondaryOutcomes: [],
        otherOutcomes: []
      }
      const stored = migrated(JSON.stringify({ ...old, interventions }))
      const now = {
        ...old,
        interventions: interventions.map((name) => ({ type: null, name, otherNames: [] }))
      }
      expect(converted(stored)).toBe(toText(now))
    })
  )
})

it("within objects, too, keys are sorted and what is not said is omitted, and readers put it back", () => {
  const content = TrialContent.make({
    title: "t",
    interventions: [{ type: null, name: "n", otherNames: [] }],
    eligibility: {
      sex: "all",
      criteria: "a\nb",
      minimumAge: null,
      maximumAge: null,
      healthyVolunteers: false
    },
    primaryOutcomes: [{ timeFrame: "1 year", measure: "m", description: null }]
  })
  const text =
    '{"eligibility":{"criteria":"a\\nb","healthyVolunteers":false,"sex":"all"},"interventions":[{"name":"n"}],' +
    '"primaryOutcomes":[{"measure":"m","timeFrame":"1 year"}],"title":"t"}'
  expect(toText(content)).toBe(text)
  expect(decode(text)).toEqual(content)
})

it("every field has the kind of its values", () => {
  fc.assert(
    fc.property(contents, (content) => {
      for (const field of contentFields) {
        const value = content[field]
        if (value === null) continue
        const kind = Array.isArray(value)
          ? "list"
          : { string: "text", number: "number", boolean: "flag", object: "object" }[typeof value as string]
        expect(fieldShapes[field].kind).toBe(kind)
      }
    })
  )
})
