import { Proof, Verdict } from "trials-domain/Run"
import { describe, expect, it } from "vitest"
import { altered, now, pageAt } from "./Asking.js"
import { named, textOf } from "./Markup.js"

const hour = 3_600_000

describe("how old data are", () => {
  const at = async (age: number, url = "/en/registries") => {
    const proven = Date.parse("2026-11-23T18:02:00.000Z")
    const { body, until } = await pageAt(url, { now: proven + age })
    return [/\(([^()]* ago|[^()]*전)\)/.exec(textOf(body))?.[1], (until ?? 0) - proven - age]
  }
  it.each([
    [59 * 60_000, "59 minutes ago", 60_000],
    [hour, "1 hour ago", hour],
    [2.5 * hour, "2 hours ago", hour / 2],
    // The next day (UTC) begins before the hour is over.
    [5.5 * hour, "5 hours ago", 28 * 60_000],
    [60 * hour, "2 days ago", 12 * hour]
  ])("is said of %d milliseconds as: %s, for %d more", async (age, said, left) => {
    expect(await at(age)).toEqual([said, left])
  })

  it("is said in Korean too, beside an instant in UTC", async () => {
    expect((await at(3 * hour, "/ko/registries"))[0]).toBe("3시간 전")
    const { body } = await pageAt("/ko/registries")
    expect(body).toContain('<time datetime="2026-11-23T18:02:00.000Z">2026년 11월 23일 18:02 UTC</time>')
  })

  it("does not change the page before it says so", async () => {
    const first = await pageAt("/en")
    const until = first.until ?? 0
    expect((await pageAt("/en", { now: until - 1 })).body).toBe(first.body)
    expect((await pageAt("/en", { now: until })).body).not.toBe(first.body)
  })
})

/** The runs, each with something changed. */
const runs = (change: object) =>
  altered((body, url) => {
    if (!url.includes("/v1/runs?")) return body
    const { items, ...page } = body as { readonly items: ReadonlyArray<object> } // as the contract says
    return { ...page, items: items.map((run) => ({ ...run, ...change })) }
  })

it.each(Proof.literals.flatMap((proof) => [`/en/registries/kdca#${proof}`, `/ko/registries/kdca#${proof}`]))(
  "says in words what is proven: %s",
  async (url) => {
    const [address = "", proof = ""] = url.split("#")
    const { body } = await pageAt(address, { fetch: runs({ proof }) })
    expect(textOf(body)).not.toContain(proof)
    expect(textOf(body)).toMatch(
      /The last proven run had the proof “.+”\. \w|증명 방법은 ‘.+’입니다\. [가-힣]/
    )
  }
)

it("shows a proof and a verdict of a newer server by their own names", async () => {
  const { body } = await pageAt("/en/registries/kdca", {
    fetch: runs({ proof: "sworn", verdict: "blessed" })
  })
  expect(textOf(body)).toContain("blessed")
  expect(textOf(body)).toContain("sworn")
})

it.each([
  ["/en", "failed"],
  ["/ko/registries", "quarantined"],
  ["/en/registries/kdca", "failed"]
])("%s says that the last run is %s, and leads to it", async (url, verdict) => {
  const fetch = altered((body, asked) => {
    if (!asked.endsWith("/v1/registries")) return body
    const { items } = body as { readonly items: ReadonlyArray<{ readonly lastRun: object }> } // as the contract says
    return { items: items.map((each) => ({ ...each, lastRun: { ...each.lastRun, verdict } })) }
  })
  const { body } = await pageAt(url, { fetch })
  const warning = /<p class="warning">.*?<\/p>/s.exec(body)?.[0] ?? ""
  expect(textOf(warning)).toMatch(/The last run: failed\.|최근 실행: 보류\./)
  expect(named(warning, "a")).toEqual([{ href: `/${url.slice(1, 3)}/runs/20261123T180000Z-run004` }])
})

it("counts on the first page what changed in seven days, and leads to it", async () => {
  const { body } = await pageAt("/en")
  const tally = /<ul class="tally">.*?<\/ul>/s.exec(body)?.[0] ?? ""
  expect(textOf(tally).trim()).toBe("1 First seen 1 No longer listed 1 Edited")
  expect(named(tally, "a").map(({ href }) => href)).toContain(
    `/en/changes?kind=created&since=${encodeURIComponent("2026-11-17T00:00:00.000Z")}`
  )
  expect(textOf((await pageAt("/en", { now: now + 9 * 24 * hour })).body)).toContain("Nothing has changed")
})

it("shows every run as a mark and, beside it, in a table", async () => {
  const { body } = await pageAt("/en/registries/kdca")
  const chart = /<svg.*?<\/svg>/s.exec(body)?.[0] ?? ""
  expect([
    named(chart, "rect").length,
    named(chart, "path").filter((each) => each["class"] === "fault").length
  ]).toEqual([3, 1])
  for (const [verdict, count] of [
    ["complete", 3],
    ["held back", 1]
  ] as const)
    expect([...body.matchAll(new RegExp(`<td[^>]*>${verdict}</td>`, "g"))].length).toBe(count)
})

it("says what is wrong with the data, and of which trials", async () => {
  const { body } = await pageAt("/en/registries/kdca")
  expect(textOf(body)).toContain("a duration that cannot be read Planned duration 2 ±0")
  expect(named(body, "a")).toContainEqual({ href: "/en/trials/kdca/C150004" })
})

it.each(Verdict.literals)("says in words how a run ended: %s", async (verdict) => {
  const fetch = altered((body) => ({
    ...(body as object),
    ...("verdict" in (body as object) ? { verdict } : {})
  }))
  const pages = ["/en/runs/20261105T180000Z-run002", "/ko/runs/20261105T180000Z-run002"]
  const [en = "", ko = ""] = await Promise.all(
    pages.map(async (url) => textOf((await pageAt(url, { fetch })).body))
  )
  expect(en).toMatch(/Ended: [a-z ]+\. (The run|What the run)/)
  expect(ko).toMatch(/결과: [가-힣 ]+\. [가-힣]/)
  expect(en).toContain("8 of 13 known trials did not come")
})
