import { Effect } from "effect"
import { write } from "node:fs"
import { Socket } from "node:net"

/** Writes bytes, and reports how many were written or what went wrong. */
export type Put = (
  bytes: Buffer,
  done: (error: NodeJS.ErrnoException | null | undefined, taken: number) => void
) => void

const ignored = () => undefined

/**
 * Writes to stderr without blocking. A pipe or a socket gets Node's own stream, which waits in the event loop. A file
 * or a terminal is written in another thread, because Node's own stream would block.
 */
export const standardError = (): Put => {
  const { stderr } = process
  // Each write reports its own error. All logs of a process share the listener.
  stderr.off("error", ignored).on("error", ignored)
  return stderr instanceof Socket && !stderr.isTTY
    ? (bytes, done) => stderr.write(bytes, (error) => done(error, bytes.length))
    : (bytes, done) => write(stderr.fd, bytes, done)
}

/** The most bytes that wait for a log that is slow or cannot be written. */
export const mostWaiting = 1024 * 1024

const retryMillis = 1000

const lastMillis = 1000

export interface LogLines {
  /** Takes a line. Neither waits nor throws. */
  readonly write: (line: string) => void
  /** Ends when everything is written, when writing fails, or after a second. */
  readonly flush: Effect.Effect<void>
}

/**
 * Buffers the lines of a log. Lines wait while it cannot be written; when the buffer is full, new lines are dropped.
 * Once half of the buffer is free again, `lost` gets their number and the reason.
 */
export const make = (put: Put, lost: (lines: number, why: string) => void): LogLines => {
  const waiting: Array<Buffer> = []
  let held = 0
  let dropped = 0
  let why = ""
  let writing = false
  let retry: NodeJS.Timeout | undefined
  let flushed: () => void = () => undefined

  const next = (): void => {
    if (writing || retry !== undefined) return
    if (held === 0) return flushed()
    const bytes = Buffer.concat(waiting.splice(0))
    waiting.push(bytes)
    writing = true
    put(bytes, (error, taken) => {
      writing = false
      if (error !== null && error !== undefined) {
        why = error.code ?? error.message
        retry = setTimeout(again, retryMillis).unref()
        return flushed()
      }
      waiting[0] = bytes.subarray(taken)
      held -= taken
      if (held < mostWaiting / 2) {
        const gap = { lines: dropped, why: why === "" ? "its reader is too slow" : why }
        dropped = 0
        why = ""
        if (gap.lines > 0) lost(gap.lines, gap.why)
      }
      next()
    })
  }

  const again = (): void => {
    clearTimeout(retry)
    retry = undefined
    next()
  }

  return {
    write: (line) => {
      const bytes = Buffer.from(line)
      // Lines are dropped until the report, so that it stands where they are missing.
      if (dropped > 0 || (held > 0 && held + bytes.length > mostWaiting)) {
        dropped += 1
        return
      }
      waiting.push(bytes)
      held += bytes.length
      next()
    },
    flush: Effect.async((resume) => {
      const end = setTimeout(() => resume(Effect.void), lastMillis)
      flushed = () => {
        clearTimeout(end)
        resume(Effect.void)
      }
      again()
    })
  }
}
