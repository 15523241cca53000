import { render } from "preact-render-to-string"
import { h } from "preact"
import type { TrialsClient } from "trials-contract/client"
import { addresses, type Addresses } from "./asking/Addresses.js"
import { asked, queryFor } from "./asking/Asked.js"
import { match } from "./asking/Match.js"
import { type Language, languageOf, preferred } from "./Language.js"
import { assetAt } from "./layout/Asset.js"
import { attributions } from "./layout/Attribution.js"
import { Layout, type LayoutProps } from "./layout/Layout.js"
import type { Visit } from "./Page.js"
import { missing } from "./refusal/Missing.js"
import { refusalOf, type Refused } from "./refusal/Refusal.js"
import { site } from "./Site.js"

/** What the pages are made with. */
export interface PagesOptions {
  /** The address that people use, as in `https://example.org/trials`; empty: links are of paths alone. Without a slash at its end. */
  readonly publicUrl?: string
}

/** A request for a page. */
export interface PageRequest {
  /** Its target, as in `/en/changes?registry=kdca`, without the prefix that a proxy takes away. */
  readonly url: string
  readonly acceptLanguage?: string | undefined
  /** Reads the API for this page: where what it says changes meanwhile, the caller asks for the page again. */
  readonly client: TrialsClient
  /** The instant, in milliseconds. */
  readonly now: number
}

/** What is sent for it. */
export interface PageAnswer {
  readonly status: number
  /** `Content-Type`, `Content-Language`, `Location`, `Vary`, `Retry-After`, as far as they apply. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The instant, in milliseconds, from which the clock alone makes it another one; null where that never happens. */
  readonly until: number | null
}

const redirect = (status: 302 | 308, location: string, headers: PageAnswer["headers"] = {}): PageAnswer => ({
  status,
  // As it was sent, but for what no header can hold.
  headers: { Location: location.replaceAll(/[^\x21-\x7e]/g, encodeURIComponent), ...headers },
  body: "",
  until: null
})

const answerOf = (language: Language, props: LayoutProps, headers: PageAnswer["headers"]): PageAnswer => ({
  status: props.view.status ?? 200,
  headers: { "Content-Type": "text/html; charset=utf-8", "Content-Language": language, ...headers },
  body: `<!doctype html>${render(h(Layout, props))}`,
  until: props.view.until ?? null
})

/** What a page shows, or what it shows in its place. */
const shown = async (visit: Visit, show: (visit: Visit) => Promise<Refused["view"]>): Promise<Refused> => {
  try {
    return { view: await show(visit), headers: {} }
  } catch (error) {
    const refused = refusalOf(visit, error)
    if (refused === undefined) throw error
    return refused
  }
}

const pageOf = async (
  links: Addresses,
  language: Language,
  path: string,
  search: string,
  { client, now }: PageRequest
): Promise<PageAnswer> => {
  const found = match(site, path)
  const { known, repeated, unknown } = queryFor(found?.page.parameters ?? [], search)
  const visit: Visit = {
    language,
    client,
    params: found?.params ?? {},
    query: known,
    now,
    at: links.at,
    to: (below, query) => links.in(language, below, query),
    whole: links.whole
  }
  const [{ headers, view }, sources] = await Promise.all([
    shown(visit, found?.page.show ?? (async () => missing(visit))),
    attributions(client)
  ])
  const notices = found === undefined ? { repeated: [], unknown: [] } : { repeated, unknown }
  return answerOf(
    language,
    { view, visit, links, path, section: found?.page.section, sources, ...notices },
    headers
  )
}

/** Makes the pages: a function from a request to its answer; null where there is no page at its path. */
export const createPages = (
  options: PagesOptions = {}
): ((request: PageRequest) => Promise<PageAnswer | null>) => {
  const links = addresses(options.publicUrl)
  return async (request) => {
    const { path, search } = asked(request.url)
    if (path === "/")
      return redirect(302, links.in(preferred(request.acceptLanguage), ""), { Vary: "Accept-Language" })
    const asset = assetAt(path)
    if (asset !== undefined)
      return { status: 200, headers: { "Content-Type": asset.type }, body: asset.body, until: null }
    const language = languageOf(path.split("/", 2)[1] ?? "")
    if (language === undefined) return null
    const below = path.slice(1 + language.length)
    if (below.endsWith("/"))
      return redirect(308, links.in(language, below.replace(/\/+$/, "")) + (search && `?${search}`))
    return pageOf(links, language, below, search, request)
  }
}
