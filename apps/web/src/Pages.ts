import { render } from "preact-render-to-string"
import { h } from "preact"
import { TrialsClientError, type TrialsClient } from "trials-contract/client"
import { languageOf, preferred } from "./Language.js"
import { Layout } from "./layout/Layout.js"
import { style } from "./layout/Style.js"
import type { Page, Parameters, View, Visit } from "./Page.js"
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
  /** `Content-Type`, `Location`, `Vary`, `Retry-After`, as far as they apply. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** The instant, in milliseconds, from which the clock alone makes it another one; null where that never happens. */
  readonly until: number | null
}

/** Makes the pages: a function from a request to its answer; null where there is no page at its path. */
export const createPages = (
  options: PagesOptions = {}
): ((request: PageRequest) => Promise<PageAnswer | null>) => {
  void options
  void [render, h, languageOf, preferred, Layout, style, site, TrialsClientError]
  throw new Error("to be written")
}
export type { Page, Parameters, View, Visit }
