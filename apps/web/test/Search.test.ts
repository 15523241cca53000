import { describe, expect, it } from "vitest"
import { altered, pageAt } from "./Asking.js"
import { named, textOf } from "./Markup.js"

/** The search, over a list that is another one than the mock's. */
const over = async (list: object, url = "/en/search") =>
  pageAt(url, {
    fetch: altered((body, asked) => (asked.includes("/v1/trials?") ? { ...(body as object), ...list } : body))
  })

const hit = {
  registry: "ctgov",
  id: "NCT01234567",
  title: "A trial",
  status: "unknown",
  statusRaw: "UNKNOWN",
  lastKnownStatus: "recruiting",
  phases: [],
  conditions: [],
  createdAt: "2026-10-05T18:01:00.000Z",
  updatedAt: "2026-11-05T18:01:00.000Z",
  missingSince: null
}

const hitsOf = (html: string) => textOf(/<ol class="hits">.*?<\/ol>/s.exec(html)?.[0] ?? "")

const hrefsOf = (html: string) => named(html, "a").map(({ href }) => href)

describe("a status that the registry does not know", () => {
  it.each([
    ["/en/search", "Status not known (last known: Recruiting)"],
    ["/ko/search", "상태 알 수 없음 (마지막으로 확인된 상태: 모집 중)"]
  ])("is said as such in %s", async (url, said) => {
    expect(hitsOf((await over({ items: [hit] }, url)).body)).toContain(said)
  })

  it("is beside the registry's own words where no code is known for them", async () => {
    const items = [{ ...hit, statusRaw: "모집예정", lastKnownStatus: null }]
    expect(hitsOf((await over({ items })).body)).toContain(
      "Status not known (The registry writes: 모집예정 )"
    )
  })
})

it.each([
  ["eq", 1, "1 trial"],
  ["eq", 1234, "1,234 trials"],
  ["gte", 10_000, "More than 10,000 trials"],
  ["approx", 1000, "About 1,000 trials"],
  ["newer", 7, "About 7 trials"]
])("says a total that is %s %d as: %s", async (relation, value, said) => {
  const { body } = await over({ total: { relation, value } })
  expect(/<h2>(.*?)<\/h2>/.exec(body)?.[1]).toBe(said)
})

describe("filters", () => {
  const url = "/en/search?q=study&studyType=observational&department=Cardiology&sort=id"

  it("can be left out one by one, and all at once", async () => {
    const { body } = await pageAt(url)
    const chips = /<ul class="chips">.*?<\/ul>/s.exec(body)?.[0] ?? ""
    expect(hrefsOf(chips)).toEqual([
      "/en/search?studyType=observational&department=Cardiology&sort=id",
      "/en/search?q=study&studyType=observational&sort=id",
      "/en/search?q=study&department=Cardiology&sort=id",
      "/en/search?sort=id"
    ])
  })

  it("stay in the form, with the folded ones in sight, and in every way to take the list", async () => {
    const { body } = await pageAt(`${url}&updatedSince=2026-01-01T00:00:00Z`)
    expect(named(body, "input")).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: "q", value: "study" }),
        expect.objectContaining({ name: "department", value: "Cardiology" }),
        { type: "hidden", name: "updatedSince", value: "2026-01-01T00:00:00Z" }
      ])
    )
    expect(named(body, "option")).toContainEqual({ value: "observational", selected: "" })
    expect(named(body, "details")[0]).toHaveProperty("open")
    const filters =
      "q=study&studyType=observational&department=Cardiology&updatedSince=2026-01-01T00%3A00%3A00Z"
    // In the order in which the contract declares them.
    const sorted = (href = "") => [
      href.split("?")[0],
      [...new URLSearchParams(href.split("?")[1])].toSorted()
    ]
    for (const path of ["export.csv", "export.ndjson", "export.parquet"])
      expect(hrefsOf(body).map(sorted)).toContainEqual(sorted(`/v1/${path}?${filters}`))
    // Changes are also of trials that are no longer listed, which the list leaves out.
    for (const path of ["/v1/changes.atom", "/en/changes"])
      expect(hrefsOf(body).map(sorted)).toContainEqual(sorted(`${path}?${filters}&missing=false`))
  })

  it("keep a registry's own word that is no code", async () => {
    const { body, status } = await pageAt(`/ko/search?studyType=${encodeURIComponent("관찰연구")}`)
    expect(status).toBe(200)
    expect(named(body, "option")).toContainEqual({ value: "관찰연구", selected: "" })
  })
})

it("narrows by what tells hits apart, beginning at the first page", async () => {
  const field = [
    { value: "a/b&c", count: 2 },
    { value: null, count: 1 },
    { value: "x".repeat(501), count: 1 }
  ]
  const facets = {
    counted: 3,
    complete: false,
    fields: { department: field, registry: [{ value: "kdca", count: 3 }] }
  }
  const { body } = await over({ facets }, "/en/search?q=study&cursor=0")
  const narrow = /<section class="facets".*?<\/section>/s.exec(body)?.[0] ?? ""
  expect(hrefsOf(narrow)).toEqual(["/en/search?q=study&department=a%2Fb%26c"])
  expect(textOf(narrow)).toContain("Counted over the newest 3 hits.")
  expect(textOf(narrow)).toContain("not said")
})

it.each([
  ["/en/search", "Search – Trials"],
  ["/en/search?status=recruiting&phase=2", "Search: Phase: Phase 2, Status: Recruiting – Trials"],
  ["/ko/search?q=stroke&phase=2", "검색: stroke – Trials"]
])("%s is called: %s", async (url, title) => {
  expect(/<title>(.*?)<\/title>/.exec((await pageAt(url)).body)?.[1]).toBe(title)
})

it("says of values that are found by their words that they are counted by their whole text", async () => {
  const values = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ value: `v${index}`, count: 1 }))
  const facets = {
    counted: 40,
    complete: true,
    fields: { department: values(36), institution: values(40), phase: values(3) }
  }
  const { body } = await over({ facets }, "/ko/search")
  const found = [...body.matchAll(/<div class="facet">.*?<\/div>/gs)].map(([facet]) => textOf(facet))
  expect(found.map((text) => [text.includes("이 표기와 똑같은 것만"), text.includes("36개만 표시")])).toEqual(
    [
      [false, false],
      [true, false],
      [true, true]
    ]
  )
})

it("says of what a registry is called in which language that is", async () => {
  expect(named((await pageAt("/en/search")).body, "option")).toContainEqual({ value: "kdca", lang: "ko" })
})

it("says what is left out, and shows it where that is asked for", async () => {
  const without = await pageAt("/en/search")
  expect(textOf(without.body)).toContain("13 trials Trials that their registry no longer lists are left out.")
  expect(hrefsOf(without.body)).toContain("/en/search?missing=true")
  const all = await pageAt("/en/search?missing=true")
  expect(hitsOf(all.body)).toContain("No longer listed by its registry since 20 November 2026")
  expect(textOf(all.body)).toContain("14 trials")
})

it("leads from page to page", async () => {
  const first = await over({ nextCursor: "a+b" }, "/en/search?q=study")
  expect(hrefsOf(first.body)).toContain("/en/search?q=study&cursor=a%2Bb")
  const later = await pageAt("/en/search?q=study&cursor=0")
  expect(hrefsOf(later.body)).toContain("/en/search?q=study")
  expect(named(later.body, "a").some(({ rel }) => rel === "next")).toBe(false)
})

it("says what to try where nothing fits", async () => {
  const { body } = await pageAt("/en/search?q=nothingofthiskind")
  expect(textOf(body)).toContain("No trial fits")
  expect(hrefsOf(body)).toEqual(
    expect.arrayContaining([
      "/en/search?q=nothingofthiskind&missing=true",
      "/en/search?identifier=nothingofthiskind&missing=true"
    ])
  )
})
