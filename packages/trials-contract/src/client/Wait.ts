// A longer time would be none: it does not fit what a timer holds.
const longestTimer = 2 ** 31 - 1

/** The seconds for which a server may make a caller wait, unless that one says otherwise. */
export const patience = 60

/** Waits for some seconds. An abort ends that at once, and is thrown as `fetch` throws it. */
export const wait = (seconds: number, signal?: AbortSignal | null): Promise<void> =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const aborted = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const ended = () => {
      signal?.removeEventListener("abort", aborted)
      resolve()
    }
    const timer = setTimeout(ended, Math.min(Math.max(seconds, 0) * 1000, longestTimer))
    signal?.addEventListener("abort", aborted, { once: true })
  })
