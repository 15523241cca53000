import { describe, expect, test } from "vitest"
import { compare } from "../../src/trial/Compare.js"
import { example, examplePath, pageOf, versionOf } from "../Example.js"
import { visited } from "../Visiting.js"
import { longHistory } from "./LongHistory.js"

const params = { registry: "kdca", id: "C130010" }

describe("two versions of a trial", () => {
  test("are by default the first and the last: when and why each was seen, and only what differs", async () => {
    const { asked, html, view, words } = await visited(compare, { params })
    expect(words).toContain("Versions 1 and 2")
    expect(words).toMatch(/Version 1First seen.*5 October 2026.*Version 2Edited.*20 November 2026/)
    expect(html).toMatch(/<del>.*>100<\/bdi><\/del> <ins>.*>120<\/bdi><\/ins>/)
    expect(html.match(/<dt>/g)).toHaveLength(4)
    expect(html).toContain(`/compare?from=2&amp;to=1">Swap`)
    expect(asked).toHaveLength(2)
    expect(view.isUnlisted).toBe(true)
  })

  test("that are one say so", async () => {
    const { words } = await visited(compare, { params, query: { from: "2", to: "2" } })
    expect(words).toContain("one and the same version")
  })

  test("that do not exist are not found, with how many there are and the form", async () => {
    const { html, view, words } = await visited(compare, { params, query: { from: "99" } })
    expect(view.status).toBe(404)
    expect(words).toContain("This trial has 2 versions")
    expect(html).toContain(`<select name="from">`)
  })

  test("that are no numbers are refused as the API refuses them", async () => {
    await expect(visited(compare, { params, query: { to: "x" } })).rejects.toMatchObject({ status: 400 })
  })

  test("between which only its place in the list changed say so", async () => {
    const gone = versionOf(
      { version: 2, missingSince: "2026-11-20T18:01:00.000Z" },
      { kind: "disappeared", changes: [] }
    )
    const answers = {
      [`${examplePath}/history`]: () => pageOf([gone, versionOf({})]),
      [`${examplePath}/diff`]: () => ({ ...example, from: 1, to: 2, changes: [] })
    }
    const { words } = await visited(compare, {
      params: { registry: example.registry, id: example.id },
      answers
    })
    expect(words).toContain("The record says the same; what changed is whether the registry lists it.")
  })

  test("have their causes and instants, however far back they are", async () => {
    const answers = longHistory(104)
    const { asked, words } = await visited(compare, {
      params: { registry: example.registry, id: example.id },
      answers,
      query: { from: "2", to: "3" }
    })
    expect(words).toMatch(/Version 2Edited.*2 January 2020.*Version 3Edited.*3 January 2020/)
    // The newest one alone, and then all back to the oldest that is wanted.
    expect(asked.filter(({ pathname }) => pathname.endsWith("/history"))).toHaveLength(3)
  })
})
