import { Effect, Stream } from "effect"
import type { Response } from "express"
import type { Transform, Writable } from "node:stream"
import type { BrotliCompress, Gzip } from "node:zlib"
import { type Coding, encoder } from "../answers/Coding.js"
import { pieces } from "../answers/Pieces.js"

/** Writes a part of a body, and waits until enough of what was written is taken. */
const written = (target: Writable, part: Uint8Array): Effect.Effect<void> =>
  Effect.forEach(
    pieces(part),
    (piece) =>
      Effect.async<void>((resume) => {
        const taken = () => resume(Effect.void)
        if (target.write(piece)) return taken()
        target.once("drain", taken)
        return Effect.sync(() => void target.off("drain", taken))
      }),
    { discard: true }
  )

/** Ends when all that was coded is written. */
const passed = (coder: Transform): Effect.Effect<void> =>
  Effect.async((resume) => {
    const ended = () => resume(Effect.void)
    if (coder.readableEnded) return ended()
    coder.once("end", ended)
    return Effect.sync(() => void coder.off("end", ended))
  })

/** Ends when the client has gone. */
const gone = (response: Response): Effect.Effect<void> =>
  Effect.async((resume) => {
    const left = () => resume(Effect.void)
    if (response.closed) return left()
    response.once("close", left)
    return Effect.sync(() => void response.off("close", left))
  })

/** Does what a client waits for, as long as it is there. */
export const whileThere = <E, R>(
  response: Response,
  answer: Effect.Effect<void, E, R>
): Effect.Effect<void, E, R> => Effect.raceFirst(answer, gone(response))

// A proxy waits for longer than this.
const silentMillis = 10_000

/**
 * Lets a coder give away what it holds of the parts that it is given: of the first, so that the client has the head at once, and
 * of each that was long in coming.
 */
const flushing = (coder: BrotliCompress | Gzip): Effect.Effect<void> => {
  let last = -Infinity
  return Effect.sync(() => {
    const now = performance.now()
    if (now - last > silentMillis) coder.flush()
    last = now
  })
}

/** Sends a body as it comes, as fast as the client takes it. Only a whole one is ended. */
export const download = <E, R>(
  response: Response,
  coding: Coding,
  body: Stream.Stream<Uint8Array, E, R>
): Effect.Effect<void, E, R> => {
  const sent = (target: Writable, after: Effect.Effect<void>) =>
    Effect.zipRight(
      Stream.runForEach(body, (part) => Effect.zipRight(written(target, part), after)),
      Effect.sync(() => void target.end())
    )
  if (coding === "identity") return sent(response, Effect.void)
  return Effect.acquireUseRelease(
    Effect.sync(() => {
      const coder = encoder(coding).on("error", () => cut(response))
      // The response is ended with what is coded, and not where that is cut.
      coder.pipe(response)
      return coder
    }),
    (coder) => Effect.zipRight(sent(coder, flushing(coder)), passed(coder)),
    (coder) => Effect.sync(() => void coder.destroy())
  )
}

/** Cuts an answer that cannot become whole, so that its client sees it: a reset, and never a proper end. */
export const cut = (response: Response): void => {
  if (response.socket === null) response.destroy()
  else response.socket.resetAndDestroy()
}
