import { describe, expect, test } from "vitest"
import { compare } from "../../src/trial/Compare.js"
import { visited } from "../Visiting.js"

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

  test("that do not exist are refused as the API refuses them", async () => {
    await expect(visited(compare, { params, query: { to: "99" } })).rejects.toMatchObject({ status: 404 })
  })
})
