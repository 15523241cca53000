import { describe, expect, it } from "vitest"
import { pageAt } from "./Asking.js"
import { named } from "./Markup.js"

const pages = { publicUrl: "https://host.example/trials" }

const linksOf = (html: string) => named(html, "link").map(({ href, hreflang, rel }) => [rel, hreflang, href])

describe("what a page says of itself", () => {
  it("names its address in each language, with the host and the prefix that people use", async () => {
    const { body, headers } = await pageAt("/ko/registries/kdca", { pages })
    const address = (language: string) => `https://host.example/trials/${language}/registries/kdca`
    expect(linksOf(body)).toEqual(
      expect.arrayContaining([
        ["canonical", undefined, address("ko")],
        ["alternate", "en", address("en")],
        ["alternate", "ko", address("ko")],
        ["alternate", "x-default", address("en")]
      ])
    )
    expect(named(body, "html")).toEqual([{ lang: "ko" }])
    expect(headers["Content-Language"]).toBe("ko")
    expect(body.startsWith("<!doctype html><html")).toBe(true)
  })

  it("puts the prefix before every link, and takes it for none of the paths that are asked for", async () => {
    const { body } = await pageAt("/en/search?missing=true", { pages })
    const own = [...named(body, "a"), ...named(body, "link")].map(({ href = "" }) => href)
    const forms = named(body, "form").map(({ action = "" }) => action)
    for (const href of [...own, ...forms])
      expect(href).toMatch(/^(\/trials\/|https:\/\/host\.example\/trials\/|#)/)
    expect((await pageAt("/", { pages })).headers["Location"]).toBe("/trials/en")
    expect((await pageAt("/en/about/", { pages })).headers["Location"]).toBe("/trials/en/about")
  })

  it("keeps a search out of the lists of search engines, and names the feed of its trials", async () => {
    const { body } = await pageAt("/en/search?q=stroke&status=recruiting&sort=id")
    expect(named(body, "meta")).toContainEqual({ name: "robots", content: "noindex" })
    expect(linksOf(body).map(([rel]) => rel)).not.toContain("canonical")
    expect(named(body, "link")).toContainEqual(
      expect.objectContaining({
        type: "application/atom+xml",
        href: "/v1/changes.atom?q=stroke&status=recruiting&missing=false"
      })
    )
  })

  it("stays on the page where the language changes", async () => {
    const { body } = await pageAt("/en/search?q=stroke&sort=id&utm=1")
    expect(named(body, "a")).toContainEqual(
      expect.objectContaining({ class: "language", lang: "ko", href: "/ko/search?q=stroke&sort=id" })
    )
  })

  it("marks the page, and the part of the site, that one is in", async () => {
    const current = async (url: string) =>
      named((await pageAt(url)).body, "a").flatMap((each) =>
        each["aria-current"] === undefined ? [] : [[each["href"], each["aria-current"]]]
      )
    expect(await current("/en")).toEqual([["/en", "page"]])
    expect(await current("/ko/registries")).toEqual([["/ko/registries", "page"]])
    expect(await current("/ko/registries/kdca")).toEqual([["/ko/registries", "true"]])
  })
})
