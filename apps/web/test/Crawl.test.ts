import { createMock } from "trials-contract/mock"
import { beforeAll, describe, expect, it } from "vitest"
import { answerTo } from "./Asking.js"
import { named, tagsOf, textOf } from "./Markup.js"

// What the API serves beside the calls that its mock has.
const files =
  /^\/(docs|openapi\.json|problems|web\/[a-z]+\.(css|svg)|v1\/export\.(csv|ndjson|parquet)|v1\/changes\.atom|v1\/trials\/[^/]+\/[^/]+\/history\.csv)$/

const of = (href: string) => new URL(href, "http://site.invalid")

/** Addresses of one form: of one page, or of searches by the same filters. One of each shows what all would. */
const formOf = (href: string): string => {
  const { pathname, searchParams } = of(href)
  const place = pathname.replace(/(\/trials\/[^/]+|\/runs)\/[^/]+/, "$1/…")
  return `${place}?${[...new Set(searchParams.keys())].sort().join("&")}`
}

/** Filters can be combined without end, and lead to no other page: one at a time is followed. Times and versions are none. */
const isFollowed = (href: string): boolean => {
  const filters = [...of(href).searchParams.keys()].filter((name) => !/^(since|until|from|to)$/.test(name))
  return filters.length <= 1
}

const hrefs = (html: string): ReadonlyArray<string> =>
  [...named(html, "a"), ...named(html, "link")].flatMap(({ href }) => (href === undefined ? [] : [href]))

describe("all pages that the first ones lead to", () => {
  const bodies = new Map<string, string>()
  const elsewhere = new Set<string>()
  const broken: Array<string> = []

  beforeAll(async () => {
    const forms = new Set<string>()
    const queue = ["/en", "/ko"]
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { hash, pathname, search } = of(next)
      const url = pathname + search
      if (!/^\/(en|ko)(\/|$)/.test(pathname)) {
        elsewhere.add(url)
        continue
      }
      if (!forms.has(formOf(url)) && isFollowed(url)) {
        forms.add(formOf(url))
        const answer = await answerTo(url)
        if (answer?.status !== 200) broken.push(`${url}: ${answer?.status ?? "nothing"}`)
        bodies.set(url, answer?.body ?? "")
        queue.push(
          ...hrefs(answer?.body ?? "")
            .filter((href) => !href.startsWith("http"))
            .map((href) => new URL(href, `http://site.invalid${url}`))
            .map((each) => each.pathname + each.search + each.hash)
        )
      }
      const target = bodies.get(url)
      if (hash !== "" && target !== undefined && !target.includes(`id="${hash.slice(1)}"`)) broken.push(next)
    }
  })

  it("are there, and so are the places in them", () => {
    expect(broken).toEqual([])
    expect(bodies.size).toBeGreaterThan(40)
  })

  it("lead to what the API has", async () => {
    const mock = createMock()
    const wrong: Array<string> = []
    for (const url of elsewhere) {
      if (files.test(of(url).pathname)) continue
      const { status } = await mock.fetch(`http://api.invalid${url}`)
      if (status !== 200) wrong.push(`${url}: ${status}`)
    }
    expect(wrong).toEqual([])
  })

  const each = (check: (html: string) => unknown): ReadonlyArray<unknown> =>
    [...bodies].flatMap(([url, html]) => {
      const found = check(html)
      return found === undefined || found === false ? [] : [{ url, found }]
    })

  it("have no script, no style of their own, and nothing that acts", () => {
    expect(each((html) => /<script|<style|\sstyle=|\son[a-z]+="|javascript:/i.exec(html)?.[0])).toEqual([])
  })

  it("have one main heading, and none is skipped", () => {
    const isUnordered = (html: string) => {
      const levels = tagsOf(html).flatMap(({ name }) => (/^h[1-6]$/.test(name) ? [Number(name[1])] : []))
      const isOne = levels.filter((level) => level === 1).length === 1 && levels[0] === 1
      return isOne && levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1)
        ? undefined
        : levels
    }
    expect(each(isUnordered)).toEqual([])
  })

  it("name each of their fields, and no id twice", () => {
    const unnamed = (html: string) => {
      const tags = tagsOf(html)
      const labels = new Set(named(html, "label").map(({ for: id }) => id))
      const fields = tags.filter(({ name }) => ["input", "select", "textarea"].includes(name))
      const wrapped = new Set(
        [...html.matchAll(/<label[^>]*>\s*<input[^>]*name="([^"]*)"/g)].map(([, name]) => name)
      )
      const wrong = fields.filter(
        ({ attributes: { id, name, type } }) => type !== "hidden" && !labels.has(id) && !wrapped.has(name)
      )
      const ids = tags.flatMap(({ attributes }) => attributes["id"] ?? [])
      return wrong.length === 0 && new Set(ids).size === ids.length ? undefined : [wrong, ids]
    }
    expect(each(unnamed)).toEqual([])
  })

  it("have a title, a description, and words in every link", () => {
    const lacking = (html: string) => {
      const title = /<title>(.+?)<\/title>/.exec(html)?.[1]
      const { content = "" } = named(html, "meta").find(({ name }) => name === "description") ?? {}
      const links = [...html.matchAll(/<a\s[^>]*>(.*?)<\/a>/gs)].map(([, text = ""]) => textOf(text).trim())
      return title === undefined || content === "" || links.includes("") ? [title, content, links] : undefined
    }
    expect(each(lacking)).toEqual([])
  })

  it("are in the language of their address", () => {
    const wrong = [...bodies].flatMap(([url, html]) => {
      const main = /<main[^>]*>(.*)<\/main>/s.exec(html)?.[1] ?? ""
      // What a registry or the API wrote is in a language of its own, and so are names in a citation.
      const others =
        /<option[^>]*>[^<]*<\/option>|<blockquote>.*?<\/blockquote>|<(bdi|span|p|ul)[^>]* lang="(?:ko|en)"[^>]*>.*?<\/\1>/gs
      const korean = /.{0,20}[가-힣]+/.exec(textOf(main.replaceAll(others, "")))?.[0]
      return url.startsWith("/ko") === (korean !== undefined) ? [] : [[url, korean]]
    })
    expect(wrong).toEqual([])
  })
})
