import { Effect } from "effect"
import { write } from "node:fs"
import { Socket } from "node:net"

/** Writes bytes, and says how many were taken, or what went wrong. */
export type Put = (
  bytes: Buffer,
  done: (error: NodeJS.ErrnoException | null | undefined, taken: number) => void
) => void

/**
 * Writes to stderr without waiting for it: to a pipe or a socket by Node's own stream, which waits in the event loop; to
 * a file or a terminal in another thread, as Node's own stream would wait.
 */
export const standardError = (): Put => {
  const { stderr } = process
  // Each write is told.
  stderr.on("error", () => undefined)
  return stderr instanceof Socket && !stderr.isTTY
    ? (bytes, done) => stderr.write(bytes, (error) => done(error, bytes.length))
    : (bytes, done) => write(stderr.fd, bytes, done)
}

/** How many bytes wait at most for a log that cannot be written, or not so fast. */
export const mostWaiting = 1024 * 1024

const retryMillis = 1000

const lastMillis = 1000

export interface LogLines {
  /** Takes a line. Neither waits nor throws. */
  readonly write: (line: string) => void
  /** Ends when all is written, cannot be written, or a second has passed. */
  readonly flush: Effect.Effect<void>
}

/**
 * The lines of a log on their way out. Where it cannot be written, lines wait, and those that come after too many are
 * dropped; once half of the room is free again, `lost` is told how many, and why.
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
      // Up to the report, so that it stands where the lines are missing.
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
