import type { AnswerStore } from "./Store.js"

/** What is called as `fetch` is. */
export type Send = (url: string, init: RequestInit) => Promise<Response>

const attempt = async <A>(use: () => A): Promise<Awaited<A> | undefined> => {
  try {
    return await use()
  } catch {
    return undefined
  }
}

/** Sends what a store has with its name, and where the server says that nothing has changed, gives what the store has. */
export const conditional =
  (store: AnswerStore, send: Send): Send =>
  async (url, init) => {
    // A store that fails keeps nothing.
    const kept = await attempt(() => store.get(url))
    const headers = new Headers(init.headers)
    if (kept !== undefined) headers.set("if-none-match", kept.etag)
    const response = await send(url, { ...init, headers })
    if (response.status === 304 && kept !== undefined) {
      // The other headers are of now, as `RateLimit`.
      const fresh = new Headers(response.headers)
      fresh.set("content-type", kept.contentType)
      return new Response(kept.body, { headers: fresh })
    }
    const etag = response.headers.get("etag")
    if (response.status === 200 && etag !== null) {
      const body = await response.clone().text()
      const contentType = response.headers.get("content-type") ?? ""
      await attempt(() => store.set(url, { etag, contentType, body }))
    }
    return response
  }
