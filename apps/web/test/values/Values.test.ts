import { h } from "preact"
import { describe, expect, test } from "vitest"
import type { Language } from "../../src/Language.js"
import { Changed } from "../../src/values/Changed.js"
import { Value } from "../../src/values/Value.js"
import { fieldLabel } from "../../src/words/Fields.js"
import { html, visiting } from "../Visiting.js"

const of = (language: Language, registry = "ctgov") => ({
  visit: visiting({ language }).visit,
  registry,
  json: "/v1/trials/ctgov/NCT01234567",
  most: 1000
})

const shown = (language: Language, field: string, value: unknown): string =>
  html(h(Value, { of: of(language), field, value }))

const changed = (field: string, from: unknown, to: unknown): string =>
  html(h(Changed, { of: of("en"), field, from, to }))

describe("a value", () => {
  test.each([
    ["startDate", "2006-11", "November 2006", "2006년 11월"],
    ["startDate", "2006", "2006", "2006년"],
    ["registeredDate", "2006-11-30", "30 November 2006", "2006년 11월 30일"],
    ["hasResults", false, "no", "아니요"],
    ["durationMonths", 36, "36 months", "36개월"],
    ["phases", ["early-1", "2"], "Early phase 1, Phase 2", "초기 1상, 2상"],
    ["countries", ["KR"], "South Korea", "대한민국"],
    ["status", "a-code-of-tomorrow", "a-code-of-tomorrow", "a-code-of-tomorrow"],
    ["summary", null, "not said", "밝히지 않음"],
    ["conditions", [], "not said", "밝히지 않음"]
  ])("of %s is in words: %j", (field, value, en, ko) => {
    const words = (language: Language) => shown(language, field, value).replaceAll(/<[^>]*>/g, "")
    expect([words("en"), words("ko")]).toEqual([en, ko])
  })

  test("that is an object has its members by their names, and codes of its own", () => {
    const arm = shown("ko", "arms", [{ label: "A", type: "placebo-comparator" }])
    expect(arm).toContain("<dt>이름</dt>")
    expect(arm).toContain("<dd>위약 대조군</dd>")
  })

  test("of a registry is in its language, and never markup", () => {
    const hostile = `<script>alert(1)</script>" onload='x' \u202E&`
    const text = shown("ko", "summary", hostile)
    expect(text).not.toMatch(/<script|" onload/)
    expect(text).toContain(`<bdi class="said" lang="en">&lt;script>`)
    expect(shown("en", "department", "소화기내과")).toContain(`lang="ko"`)
  })

  test("that is too long is cut between characters, says by how much, and where all of it is", () => {
    const text = shown("en", "summary", `${"x".repeat(999)}👩${"y".repeat(98_999)}`)
    expect(text.isWellFormed()).toBe(true)
    expect(text).toMatch(/x<\/bdi>.*99,001 more characters.*href="\/v1\/trials\/ctgov\/NCT01234567"/)
    expect(text.length).toBeLessThan(2000)
    expect(shown("en", "keywords", Array(1000).fill("word"))).toContain("900 more")
  })
})

describe("a change", () => {
  test("is told to eyes by marks and to ears by words", () => {
    expect(changed("status", "recruiting", "completed")).toMatch(
      /<del><span class="visually-hidden">was <\/span>Recruiting<\/del> <ins><span class="visually-hidden">now <\/span>Completed<\/ins>/
    )
  })

  test("of a long text shows what stayed around what did not, and no more", () => {
    const [before, after] = ["before ".repeat(1000), " after".repeat(1000)]
    const text = changed("summary", `${before}old${after}`, `${before}new${after}`)
    expect(text).toMatch(/before <del>.*old<\/del><ins>.*new<\/ins> after/)
    expect(text).toContain("6,900 characters as before")
    expect(text.length).toBeLessThan(1500)
  })

  test("of a list says what was added and removed, and of an object which member", () => {
    const countries = changed("countries", ["KR", "FR"], ["KR", "DE"])
    expect(countries).toMatch(/<del>.*removed.*France<\/del>.*<ins>.*added.*Germany<\/ins>.*1 as before/)
    const design = { allocation: "randomized", masking: "double", purpose: null, assignment: null }
    const text = changed("design", design, { ...design, masking: "none" })
    expect(text).toMatch(/Allocation<\/dt><dd>Randomized<\/dd>.*<del>.*Double<\/del>.*<ins>.*None/)
    expect(text).not.toContain("Purpose")
  })
})

test("a field has the Korean registry's own name for it there alone", () => {
  expect(fieldLabel("ko", "title", "kdca")).toBe("과제명")
  expect(fieldLabel("ko", "title", "ctgov")).toBe("제목")
  expect(fieldLabel("ko", "id")).toBe("등록번호")
  expect(fieldLabel("en", "title", "kdca")).toBe("Title")
})
