/** An answer that is kept: plain data, which may be written as JSON. */
export interface StoredAnswer {
  /** The name that the server gave to this state of the answer. */
  readonly etag: string
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Where answers are kept, each by its address with the query. Both functions may give a promise. */
export interface AnswerStore {
  readonly get: (url: string) => StoredAnswer | null | undefined | Promise<StoredAnswer | null | undefined>
  readonly set: (url: string, answer: StoredAnswer) => unknown
}

/** Keeps answers in memory: the `entries` (100 by default) that were asked for last. */
export const memoryStore = ({ entries = 100 }: { readonly entries?: number } = {}): AnswerStore => {
  // In the order of their use: a `Map` has the order in which its keys were added.
  const kept = new Map<string, StoredAnswer>()
  const set = (url: string, answer: StoredAnswer) => {
    kept.delete(url)
    kept.set(url, answer)
    for (const oldest of kept.keys()) {
      if (kept.size <= entries) break
      kept.delete(oldest)
    }
  }
  return {
    get: (url) => {
      const answer = kept.get(url)
      if (answer !== undefined) set(url, answer)
      return answer
    },
    set
  }
}
