import { render } from "preact-render-to-string"
import { h } from "preact"
import { createTrialsClient } from "trials-contract/client"
import { createMock } from "trials-contract/mock"
import type { Language } from "../src/Language.js"
import type { Page, Parameters, View, Visit } from "../src/Page.js"

/** A day after the last change that the mock has. */
export const now = Date.parse("2026-11-24T09:00:00Z")

interface Visiting {
  readonly language?: Language
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** What is answered in place of the mock, by paths as `/v1/changes`. */
  readonly answers?: Readonly<Record<string, (query: URLSearchParams) => unknown>>
}

const addressOf = (path: string, query: Parameters = {}): string => {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, String(value)]]
  )
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given).toString()}`
}

/** A visit, and the paths that the API was asked for in it. */
export const visiting = ({ answers = {}, language = "en", params = {}, query = {} }: Visiting = {}) => {
  const mock = createMock()
  const asked: Array<URL> = []
  const client = createTrialsClient("http://api.invalid", {
    fetch: async (address, init) => {
      const url = new URL(address)
      asked.push(url)
      const answer = answers[url.pathname]?.(url.searchParams)
      return answer === undefined ? mock.fetch(address, init) : Response.json(answer)
    }
  })
  const visit: Visit = {
    language,
    client,
    params,
    query,
    now,
    at: addressOf,
    to: (path, given) => addressOf(`/${language}${path}`, given),
    whole: (address) => address
  }
  return { visit, asked }
}

/** What a component is as HTML. */
export const html = (body: View["body"]): string => render(h("main", {}, body))

/** Visits a page: what it shows, that as HTML and as words alone, and what it asked for. */
export const visited = async (page: Page, options: Visiting = {}) => {
  const { asked, visit } = visiting(options)
  const view = await page.show(visit)
  const text = html(view.body)
  return { view, html: text, words: text.replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " "), asked }
}
