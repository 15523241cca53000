import { Effect, Stream } from "effect"
import type { Response } from "express"

/** Writes a part of a body, and waits until the client has taken enough of what was written. */
const written = (response: Response, part: Uint8Array): Effect.Effect<void> =>
  Effect.async((resume) => {
    const taken = () => resume(Effect.void)
    if (response.write(part)) return taken()
    response.once("drain", taken)
    return Effect.sync(() => void response.off("drain", taken))
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

/** Sends a body as it comes, as fast as the client takes it. Only a whole one is ended. */
export const download = <E, R>(
  response: Response,
  body: Stream.Stream<Uint8Array, E, R>
): Effect.Effect<void, E, R> =>
  body.pipe(
    Stream.runForEach((part) => written(response, part)),
    Effect.zipRight(Effect.sync(() => void response.end()))
  )

/** Cuts an answer that cannot become whole, so that its client sees it: a reset, and never a proper end. */
export const cut = (response: Response): void => {
  if (response.socket === null) response.destroy()
  else response.socket.resetAndDestroy()
}
