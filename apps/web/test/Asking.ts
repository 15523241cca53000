import { createTrialsClient } from "trials-contract/client"
import { createMock, type MockOptions } from "trials-contract/mock"
import { createPages, type PageAnswer, type PagesOptions } from "trials-web"

type Fetch = typeof globalThis.fetch

/** An hour after the last run of the mock. */
export const now = Date.parse("2026-11-23T19:02:00.000Z")

/** How a page is asked for, where not as usual. */
export interface Asking {
  readonly acceptLanguage?: string
  readonly fetch?: Fetch
  readonly mock?: MockOptions
  readonly now?: number
  readonly pages?: PagesOptions
}

/** What the pages answer, over the mock of the API. */
export const answerTo = (url: string, asking: Asking = {}): Promise<PageAnswer | null> =>
  createPages(asking.pages)({
    url,
    acceptLanguage: asking.acceptLanguage,
    client: createTrialsClient("http://api.invalid", {
      fetch: asking.fetch ?? createMock(asking.mock).fetch
    }),
    now: asking.now ?? now
  })

/** A page that is there. */
export const pageAt = async (url: string, asking?: Asking): Promise<PageAnswer> => {
  const answer = await answerTo(url, asking)
  if (answer === null) throw new Error(`There is no page at ${url}.`)
  return answer
}

/** The mock, with what it answers to some calls changed on its way. */
export const altered =
  (change: (body: unknown, url: string) => unknown): Fetch =>
  async (input, init) => {
    const answer = await createMock().fetch(input, init)
    const body = change(await answer.json(), String(input))
    return new Response(JSON.stringify(body), answer)
  }
