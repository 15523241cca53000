import { createHash } from "node:crypto"
import { contentFields } from "trials-domain/Trial"
import { describe, expect, test } from "vitest"
import { trial } from "../../src/trial/Trial.js"
import { example, examplePath, hostile, pageOf, versionOf } from "../Example.js"
import { visited } from "../Visiting.js"
import { longHistory } from "./LongHistory.js"

const params = { registry: "ctgov", id: "NCT01234567" }
const kdca = (id: string) => ({ registry: "kdca", id })

type Example = ReturnType<typeof versionOf>

const answersOf = (...versions: ReadonlyArray<Example>) => ({
  [examplePath]: () => versions[0]?.trial,
  [`${examplePath}/history`]: () => pageOf(versions),
  [`${examplePath}/related`]: () => ({ ...params, items: [] })
})

describe("the page of a trial", () => {
  test("has its fields with the registry's own words, its versions with their causes, and when we first saw it", async () => {
    const { asked, html, words } = await visited(trial, { params: kdca("C130010") })
    expect(words).toContain("Several sites (in the registry's words: 국내다기관)")
    expect(words).toMatch(/Version 2 ?Edited.*Number of participants.*Version 1 ?First seen/)
    expect(words).toContain("First seen by us on 5 October 2026 at 18:01 UTC")
    expect(words).not.toMatch(/original|registered on/i)
    expect(html).toContain(`href="/v1/trials/kdca/C130010/history.csv"`)
    expect(asked).toHaveLength(4)
  })

  test("never shows a status that the registry does not know as open", async () => {
    const unknown = versionOf({ status: "unknown", statusRaw: "UNKNOWN", lastKnownStatus: "recruiting" })
    const { words } = await visited(trial, { params, answers: answersOf(unknown) })
    expect(words).toContain("Status not known (last known: Recruiting)")
    expect(words.replaceAll("(last known: Recruiting)", "")).not.toContain("Recruiting")
  })

  test("warns that it is no longer listed, and says into what it was merged", async () => {
    const missingSince = "2026-11-20T18:01:00.000Z"
    const gone = versionOf({ version: 2, missingSince }, { kind: "disappeared", mergedInto: "NCT07654321" })
    const { html, words } = await visited(trial, { params, answers: answersOf(gone, versionOf({})) })
    expect(words).toContain("The registry no longer lists this trial. We first missed it on 20 November 2026")
    expect(html).toContain(`merged this record into <a href="/en/trials/ctgov/NCT07654321">`)
  })

  test("says where the registries disagree, and who says that it is the same trial", async () => {
    const related = {
      ...params,
      items: [
        {
          trial: { ...example, registry: "kdca", id: "C130010" },
          links: [{ identifier: "KCT0001234", kind: "kct", assertedBy: "this" }],
          disagreements: [{ field: "countries", this: ["KR", "US"], other: ["KR"] }]
        }
      ]
    }
    const answers = { ...answersOf(versionOf({})), [`${examplePath}/related`]: () => related }
    const { words } = await visited(trial, { params, answers })
    expect(words).toContain("KCT0001234 (says this registry)")
    expect(words).toContain("South Korea, United StatesSouth Korea")
  })

  test("can be cited: the version, when it was seen, the hash of its content, and its address", async () => {
    const { html } = await visited(trial, { params, answers: answersOf(versionOf({})) })
    // By hand, as the page says how: sorted keys, no nulls, no empty lists, no white space.
    const text =
      `{"acronym":"EXAMPLE-1","countries":["KR","US"],"enrollment":570,"enrollmentRaw":"570",` +
      `"enrollmentType":"estimated","formerIds":["NCT00999999"],"phaseRaw":"PHASE2, PHASE3","phases":["2","3"],` +
      `"registryUpdatedDate":"2026-10-01","startDate":"2024-05","status":"recruiting","statusRaw":"RECRUITING",` +
      `"studyType":"interventional","studyTypeRaw":"INTERVENTIONAL","title":"Examplimab in lung cancer",` +
      `"url":"https://clinicaltrials.gov/study/NCT01234567"}`
    const hash = createHash("sha256").update(text, "utf8").digest("hex")
    expect(html).toContain(
      `Version 1 as collected by Trials, observed 2026-10-05T18:01:00.000Z. SHA-256 of its content: ${hash}.`
    )
    expect(html).toContain("/en/trials/ctgov/NCT01234567?asOf=2026-10-05T18%3A01%3A00.000Z")
    expect(html).toContain(
      `href="/v1/trials/ctgov/NCT01234567?asOf=2026-10-05T18%3A01%3A00.000Z">This version`
    )
    expect(html).toContain(`href="/en/about#cite"`)
    expect(html).toContain("This site does not know its own address")
    expect(html).toContain(`“<bdi class="said" lang="en">Examplimab in lung cancer</bdi>”`)
  })

  test("shows every field, and is not broken by what a registry writes in any of them", async () => {
    const fields = contentFields.map((field) => [field, Array.isArray(example[field]) ? [hostile] : hostile])
    const bad = versionOf({}, { trial: { ...example, ...Object.fromEntries(fields) } })
    const { html, view } = await visited(trial, { params, answers: answersOf(bad), language: "ko" })
    expect(html).not.toContain("<script")
    expect(html).not.toMatch(/href="(?![/#])/)
    expect(html.length).toBeLessThan(1_000_000)
    expect(view.title.length).toBeLessThan(300)
  })

  test("has pages of older versions, without the rest", async () => {
    const { html, view, words } = await visited(trial, { params: kdca("C160028"), query: { cursor: "1" } })
    expect(words).toContain("Version 1")
    expect(words).toContain("no longer lists")
    expect(html).not.toContain(`id="cite"`)
    expect(view.isUnlisted).toBe(true)
  })
})

test("all of very many versions can be reached, page by page", async () => {
  const answers = longHistory(104)
  const seen: Array<string> = []
  let query: Record<string, string> = {}
  for (;;) {
    const { html } = await visited(trial, { params, answers, query })
    seen.push(...[...html.matchAll(/<h3>Version (\d+)<\/h3>/g)].map(([, version = ""]) => version))
    const [, cursor] = /cursor=(\d+)" rel="next"/.exec(html) ?? []
    if (cursor === undefined) break
    query = { cursor }
  }
  expect(seen.map(Number)).toEqual(Array.from({ length: 104 }, (_, index) => 104 - index))
})

describe("a trial as of a day", () => {
  test("is what had been seen at its end", async () => {
    const { asked, view, words } = await visited(trial, {
      params: kdca("C130010"),
      query: { asOf: "2026-11-19" }
    })
    const instants = asked.flatMap(({ searchParams }) => searchParams.get("asOf") ?? [])
    expect(instants).toEqual(["2026-11-19T23:59:59.999Z"])
    expect(words).toContain("Number of participants100")
    expect(words).toContain("Version 1 as collected by Trials, observed 2026-10-05T18:01:00.000Z")
    expect(view.isUnlisted).toBe(true)
  })

  test("before it was first seen is a page that says so", async () => {
    const { view, words } = await visited(trial, { params: kdca("C130010"), query: { asOf: "2026-10-04" } })
    expect(view.status ?? 200).toBe(200)
    expect(words).toContain("on that day. We first saw it on 5 October 2026")
  })

  test("earlier on the day on which it was first seen is a time, and no day", async () => {
    const query = { asOf: "2026-10-05T01:00:00Z" }
    const { words } = await visited(trial, { params: kdca("C130010"), query })
    expect(words).toContain("at that time. We first saw it on 5 October 2026")
  })

  test("that is still to come shows the trial as it is now, and says so", async () => {
    const query = { asOf: "2027-01-01" }
    const { view, words } = await visited(trial, { params: kdca("C130010"), query })
    expect(view.status ?? 200).toBe(200)
    expect(view.until).toBe(Date.parse("2027-01-01T00:00:00Z"))
    expect(words).toContain("This day has not come yet. You see the trial as it is now.")
    const today = await visited(trial, { params: kdca("C130010"), query: { asOf: "2026-11-24" } })
    expect(today.words).toContain("This is what we had seen of the trial at")
  })

  test("is cited with the instant of its version, however many came after", async () => {
    const { words } = await visited(trial, {
      params,
      answers: longHistory(104),
      query: { asOf: "2020-01-02" }
    })
    expect(words).toContain("Version 2 as collected by Trials, observed 2020-01-02T00:00:00.000Z")
  })

  test("that there is no trial is not hidden by it", async () => {
    const none = visited(trial, { params: kdca("C999999"), query: { asOf: "2026-10-04" } })
    await expect(none).rejects.toMatchObject({ status: 404 })
  })

  test("that is none is told, with the form", async () => {
    const { asked, html, view } = await visited(trial, { params, query: { asOf: "yesterday" } })
    expect(view.status).toBe(400)
    expect(html).toContain(`name="asOf"`)
    expect(asked.map(({ pathname }) => pathname)).toEqual(["/v1/registries"])
  })
})
