import { expect, it } from "vitest"
import { valueText } from "../src/output/TrialText.js"

it("an object is shown by what it says, and a list of objects one after the other", () => {
  expect(valueText({ sex: "all", criteria: null, minimumAge: "18 Years" })).toBe(
    "sex all, minimumAge 18 Years"
  )
  expect(
    valueText([
      { type: "drug", name: "one", otherNames: ["two", "three"] },
      { type: null, name: "four", otherNames: [] }
    ])
  ).toBe("type drug, name one, otherNames two, three; name four")
  expect([null, [], ["a", "b"], 0, false].map(valueText)).toEqual(["–", "–", "a, b", "0", "false"])
})
