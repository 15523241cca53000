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
    const asked = new Headers(init.headers)
    // A store that fails, or has what is no answer, keeps nothing.
    const kept = await attempt(async () => {
      const found = await store.get(url)
      if (!found) return undefined
      const answer = new Response(found.body, { headers: found.headers })
      asked.set("if-none-match", found.etag)
      return answer
    })
    const response = await send(url, { ...init, headers: asked })
    const { headers, status } = response
    if (status === 304 && kept) {
      // What is said now is said in place of what was (RFC 9111, 3.2).
      headers.forEach((value, name) => kept.headers.set(name, value))
      return kept
    }
    const etag = headers.get("etag")
    if (status === 200 && etag !== null) {
      const body = await response.clone().text()
      await attempt(() => store.set(url, { etag, headers: Object.fromEntries(headers), body }))
    }
    return response
  }
