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
