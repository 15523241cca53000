import { describe, expect, test } from "vitest"
import { changes } from "../../src/changes/Changes.js"
import { mostAlike } from "../../src/changes/Groups.js"
import { hostile, pageOf, versionOf } from "../Example.js"
import { visited } from "../Visiting.js"

const feed = (items: ReadonlyArray<ReturnType<typeof versionOf>>, nextCursor: string | null = null) => ({
  "/v1/changes": () => ({ ...pageOf(items), nextAfter: "0", nextCursor })
})

const edit = (change = {}) => versionOf({ version: 2, enrollment: 600 }, change)

describe("the page of changes", () => {
  test("shows the last seven days: counted, then the newest first, each with cause, registry, dates and both values", async () => {
    const { asked, html, view, words } = await visited(changes)
    expect(words).toContain("Since 18 November 2026 at 00:00 UTC")
    expect(words).toMatch(/3 changes\. ?1 First seen/)
    expect(words).toMatch(
      /No longer listed The registry no longer lists it\..*Edited The registry edited it\..*First seen We saw it/
    )
    expect(html).toMatch(/<del>.*>100<\/bdi><\/del> <ins>.*>120<\/bdi><\/ins>/)
    expect(html).toContain(`href="/en/trials/kdca/C130010/compare?from=1&amp;to=2"`)
    expect(asked).toHaveLength(3)
    expect(view.until).toBe(Date.parse("2026-11-25T00:00:00Z"))
  })

  test("asks for what the address asks, and follows and narrows with the same filters", async () => {
    const query = { kind: "edited", registry: "kdca", since: "2026-11-01", cursor: "0" }
    const { asked, html, view } = await visited(changes, { query })
    const list = asked.at(-1)?.searchParams
    expect(Object.fromEntries(list ?? [])).toEqual({
      ...query,
      since: "2026-11-01T00:00:00.000Z",
      order: "newest",
      limit: "50"
    })
    expect(view.feed?.href).toBe("/v1/changes.atom?kind=edited&registry=kdca")
    // A count narrows, from the first page on; a filter in use can be left out.
    expect(html).toContain(
      `href="/en/changes?kind=edited&amp;registry=kdca&amp;since=2026-11-01&amp;field=enrollmentRaw"`
    )
    expect(html).toContain(`href="/en/changes?registry=kdca&amp;since=2026-11-01"`)
  })

  test("says that nothing changed as a finding, with when we last looked", async () => {
    const { view, words } = await visited(changes, { query: { period: "today" } })
    expect(view.status ?? 200).toBe(200)
    expect(words).toContain("We saw no change. That is a finding")
    expect(words).toContain("임상연구 과제정보: on 23 November 2026 at 18:02 UTC")
  })

  test.each([
    [{ since: "2026-11-20", until: "2026-11-01" }, "The end is before the beginning."],
    [{ since: "2027-01-01" }, "This day has not come yet."]
  ])("finds nothing in a period that cannot be, and asks for nothing: %j", async (query, said) => {
    const { asked, html, view, words } = await visited(changes, { query })
    expect(view.status ?? 200).toBe(200)
    expect(words).toContain(said)
    expect(words).not.toContain("We saw no change")
    expect(html).toContain(`type="date" name="since" value="${query.since}"`)
    expect(asked.map(({ pathname }) => pathname)).toEqual(["/v1/registries"])
  })

  test("has one period in its form: a named one goes before days, and says so", async () => {
    const days = { since: "2026-11-20", until: "2026-11-21" }
    const byDays = await visited(changes, { query: days })
    expect(byDays.html).toContain(`<option value="days" selected>The days below</option>`)
    const named = await visited(changes, { query: { ...days, period: "month" } })
    expect(named.html).toContain(`<option value="month" selected>`)
    expect(named.html).toContain(`type="date" name="since" value max`)
    expect(named.words).toContain("The days are not used, because “Last 30 days” is chosen.")
    expect(named.html).toContain(`href="/en/changes?since=2026-11-20&amp;until=2026-11-21">Use the days`)
  })

  test("keeps its form where one value is wrong, and says which", async () => {
    const query = { status: "no-such-status", registry: "kdca" }
    const { html, view, words } = await visited(changes, { query })
    expect(view.status).toBe(400)
    expect(words).toContain("Status: Choose a value from the list. Leave it out")
    expect(html).toContain(`href="/en/changes?registry=kdca">Leave it out`)
    expect(html).toContain(`<select name="status" aria-invalid="true">`)
    expect(html).toContain(`<option value="kdca" lang="ko" selected>임상연구 과제정보</option>`)
  })

  test("counts silent edits within the edits, and names filters in its title and chips", async () => {
    const counts = {
      counted: 11,
      complete: true,
      silent: 3,
      kinds: [{ value: "edited", count: 11 }],
      fields: [],
      registries: [],
      days: []
    }
    const { html, view, words } = await visited(changes, {
      query: { registry: "kdca", kind: "edited" },
      answers: { "/v1/changes/summary": () => counts }
    })
    expect(words).toMatch(/11 Edited ?3 of the edits were silent\./)
    expect(view.title).toBe("What changed: Edited · 임상연구 과제정보")
    expect(view.isUnlisted).toBe(true)
    expect(html).toMatch(/Registry: <bdi class="said" lang="ko">임상연구 과제정보/)
    expect((await visited(changes, { query: { period: "month" } })).view.isUnlisted).toBe(false)
  })

  test("says what a registry's new words are read as", async () => {
    const ended = { version: 2, status: "terminated", statusRaw: "TERMINATED" } as const
    const changed = [{ field: "statusRaw", from: "RECRUITING", to: "TERMINATED" }]
    const { words } = await visited(changes, { answers: feed([versionOf(ended, { changes: changed })]) })
    expect(words).toMatch(/was RECRUITING ?now TERMINATED \(read as: Terminated\)/)
  })

  test("goes further back from a part that has none", async () => {
    const { html, words } = await visited(changes, { answers: feed([], "7:abc") })
    expect(words).toContain("In this part there are none")
    expect(words).not.toContain("We saw no change")
    expect(html).toContain(`href="/en/changes?since=2026-11-18T00%3A00%3A00.000Z&amp;cursor=7%3Aabc"`)
  })

  test("tells whose doing each change is", async () => {
    const { words } = await visited(changes, {
      answers: feed([
        edit({ silent: true }),
        edit({ kind: "remapped" }),
        edit({ kind: "disappeared", mergedInto: "NCT07654321" }),
        edit({ kind: "reappeared" }),
        edit({ kind: "a-kind-of-tomorrow" })
      ])
    })
    for (const said of [
      "Edited silently The registry edited it, and did not move its own update date.",
      "Read differently We read it differently",
      "The registry merged it into NCT07654321",
      "Listed again",
      "a-kind-of-tomorrow"
    ])
      expect(words).toContain(said)
  })

  test("makes very many alike of one run one line, which shows each when asked", async () => {
    const many = Array.from({ length: mostAlike + 1 }, (_, index) => versionOf({ id: `NCT${index}` }))
    const folded = await visited(changes, { answers: feed(many) })
    expect(folded.words).toContain("21 trials in a row, all of one run")
    expect(folded.html).toContain(`href="/en/changes?each=true"`)
    expect(folded.html).not.toContain("/trials/ctgov/NCT7")
    const each = await visited(changes, { answers: feed(many), query: { each: "true" } })
    expect(each.html).toContain("/trials/ctgov/NCT7")
  })

  test("is not broken by what a registry writes", async () => {
    const bad = versionOf({ version: 2, title: hostile, summary: hostile, id: "a/../?#<b>" })
    const { html } = await visited(changes, { answers: feed([bad]), language: "ko" })
    expect(html).not.toContain("<script")
    expect(html).not.toContain("style=")
    expect(html).toContain(`href="/ko/trials/ctgov/a%2F..%2F%3F%23%3Cb%3E"`)
    expect(html.length).toBeLessThan(60_000)
  })
})
