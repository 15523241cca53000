import { expect, it } from "vitest"
import { editionsOf } from "../../src/registries/kdca/OdcloudEditions.js"

const document = (paths: Readonly<Record<string, unknown>>) => JSON.stringify({ swagger: "2.0", paths })

it("sorts by the date that ends a summary, whatever the order; a day that is not in the calendar is not a date", () => {
  const editions = editionsOf(
    document({
      "/3074271/v1/uddi:c": { get: { summary: "임상연구 과제정보_20260930" } },
      "/3074271/v1/uddi:a": { get: { summary: "임상연구 과제정보_20211116 " } },
      "/3074271/v1/uddi:d": { get: { summary: "임상연구 과제정보_20230230" } },
      "/3074271/v1/uddi:e": { post: {} },
      "/3074271/v1/uddi:b": { get: { summary: "임상연구 과제정보_20230228" } },
      "/3074271/v1/other": { get: { summary: "_20990101" } }
    })
  )
  expect(editions?.map(({ date, id }) => [id, date])).toEqual([
    ["uddi:d", null],
    ["uddi:e", null],
    ["uddi:a", "2021-11-16"],
    ["uddi:b", "2023-02-28"],
    ["uddi:c", "2026-09-30"]
  ])
})

it.each(["", "{", "[]", "null", "<html>", document({}), document({ "/x": {} }), '{"paths":[]}'])(
  "%s is not a list of editions",
  (body) => {
    expect(editionsOf(body)).toBeNull()
  }
)
