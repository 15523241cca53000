import { Arbitrary, FastCheck as fc, Schema } from "effect"
import { expect, it } from "vitest"
import { canonical, ContentText, fieldKinds, toText } from "../src/model/Content.js"
import { contentFields, TrialContent } from "../src/model/Trial.js"
import { canonical as migrated } from "../src/store/migrations/0002_content_once.js"

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
    whyStopped: Schema.NullOr(Schema.String),
    arms: Schema.Array(Schema.String)
  })
  const read = Schema.decodeSync(later.FromText)
  fc.assert(
    fc.property(contents, (content) => {
      const added = { ...content, whyStopped: null, arms: [] }
      expect(later.toText(added)).toBe(toText(content))
      expect(read(toText(content))).toEqual(added)
    })
  )
})

it("the migration of stored contents writes the same text", () => {
  fc.assert(
    fc.property(contents, (content) => {
      expect(migrated(JSON.stringify(content))).toBe(toText(content))
    })
  )
})

it("every field has the kind of its values", () => {
  fc.assert(
    fc.property(contents, (content) => {
      for (const field of contentFields) {
        const value = content[field]
        if (value === null) continue
        const kind = Array.isArray(value)
          ? "list"
          : { string: "text", number: "number", boolean: "flag" }[typeof value as string]
        expect(fieldKinds[field]).toBe(kind)
      }
    })
  )
})
