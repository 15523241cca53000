import { createTrialsClient } from "trials-contract/client"
import type { PageAnswer, PageRequest } from "./Pages.js"

/** An API that pages are read from over a network. */
export interface ApiOptions {
  /** Its address, as in `https://example.org/trials`. */
  readonly baseUrl: string
  /** Called in place of the global `fetch`. */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>
}

type Pages<Request> = (request: Request) => Promise<PageAnswer | null>

/**
 * Reads pages from an API elsewhere. Where two answers for one page name different publications, a run published between them:
 * the page is then asked for once more.
 */
export const overApi =
  (
    pages: Pages<PageRequest>,
    { baseUrl, fetch = (url, init) => globalThis.fetch(url, init) }: ApiOptions
  ): Pages<Omit<PageRequest, "client">> =>
  async (request) => {
    const once = async () => {
      const publications = new Set<string>()
      const client = createTrialsClient(baseUrl, {
        fetch: async (url, init) => {
          const response = await fetch(url, init)
          const publication = response.headers.get("x-publication")
          if (publication !== null) publications.add(publication)
          return response
        }
      })
      return { page: await pages({ ...request, client }), isOfOne: publications.size <= 1 }
    }
    const first = await once()
    return first.isOfOne ? first.page : (await once()).page
  }
