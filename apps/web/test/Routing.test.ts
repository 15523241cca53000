import { describe, expect, it } from "vitest"
import { answerTo, pageAt } from "./Asking.js"
import { named, textOf } from "./Markup.js"

describe("the first address", () => {
  it.each([
    ["ko-KR,ko;q=0.9,en;q=0.8", "/ko"],
    ["de, en;q=0.5, ko;q=0.4", "/en"],
    ["ko;q=0", "/en"],
    [undefined, "/en"]
  ])("leads readers of %s to %s", async (acceptLanguage, location) => {
    const answer = await pageAt("/?utm=1", acceptLanguage === undefined ? {} : { acceptLanguage })
    expect(answer).toMatchObject({ status: 302, headers: { Location: location, Vary: "Accept-Language" } })
  })
})

it.each([
  ["/en/", "/en"],
  ["/ko/search/?q=%EC%95%94&q=x", "/ko/search?q=%EC%95%94&q=x"],
  ["/en/registries/kdca//", "/en/registries/kdca"],
  ["/en//evil.example/", "/en//evil.example"],
  ["/en/a\r\nb/", "/en/a%0D%0Ab"]
])("%s is at another address: %s", async (url, location) => {
  expect(await pageAt(url)).toMatchObject({ status: 308, headers: { Location: location } })
})

it.each(["/v1/trials", "/english", "/EN", "//evil.example/", "/docs", "/web/other.css", "/enx/", "en"])(
  "%s is not one of these pages",
  async (url) => {
    expect(await answerTo(url)).toBeNull()
  }
)

it.each([
  ["/web/style.css", "text/css; charset=utf-8"],
  ["/web/icon.svg", "image/svg+xml"],
  ["/robots.txt", "text/plain; charset=utf-8"]
])("%s is served as %s", async (url, type) => {
  const { body, headers, status, until } = await pageAt(url)
  expect([status, headers["Content-Type"], until]).toEqual([200, type, null])
  expect(body.length).toBeGreaterThan(20)
})

it("keeps the style under 8 KB, and asks nothing of others", async () => {
  const { body } = await pageAt("/web/style.css")
  expect(body.length).toBeLessThan(8192)
  expect(body).not.toMatch(/url\(|@import/)
})

it.each([
  ["/en/no/such/page", "en", "no such page"],
  ["/ko/%E0%A4%A", "ko", "없는 페이지"],
  ["/en/registries/nobody", "en", "no such page"],
  ["/ko/runs/nothing", "ko", "없는 페이지"],
  ["/en/trials/kdca/C1", "en", "no such page"],
  ["/en/runs/%2E%2E", "en", "no such page"]
])("%s is no page, and offers a search", async (url, language, text) => {
  const { body, headers, status } = await pageAt(url)
  expect(status).toBe(404)
  expect(headers["Content-Language"]).toBe(language)
  expect(textOf(body)).toContain(text)
  expect(named(body, "form")).toContainEqual(expect.objectContaining({ action: `/${language}/search` }))
  expect(named(body, "input")).toContainEqual(expect.objectContaining({ name: "q" }))
})

describe("parameters", () => {
  const notices = (html: string) =>
    [...html.matchAll(/<p class="notice">(.*?)<\/p>/g)].map(([, text = ""]) => textOf(text))

  it("says which it does not know, and which are given twice; they change nothing", async () => {
    const plain = await pageAt("/en/search?q=lymphoma")
    const odd = await pageAt("/en/search?q=lymphoma&q=stroke&%3Cb%3E=1&utm_source=x")
    expect(notices(odd.body)).toEqual([
      expect.stringContaining("does not know the parameter <b>"),
      expect.stringContaining("does not know the parameter utm_source"),
      expect.stringContaining("parameter q is given twice")
    ])
    expect(odd.body.replaceAll(/<p class="notice">.*?<\/p>/g, "")).toBe(plain.body)
  })

  it("drops what a form sends empty", async () => {
    const plain = await pageAt("/en/search?q=lymphoma")
    expect((await pageAt("/en/search?q=lymphoma&phase=&status=&unknown=&sort=")).body).toBe(plain.body)
  })
})
