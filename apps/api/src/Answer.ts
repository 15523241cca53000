import { Effect, Runtime } from "effect"
import type { Request, Response } from "express"
import { LazyDatabase, type Queries } from "./LazyDatabase.js"
import { type AnswerError, refuse, type Refused, TooSlow } from "./Refusal.js"
import { ReadFrom } from "trials-domain/Snapshot"
import type { StoreError } from "trials-domain/StoreError"

/** The runtime that all requests share. */
export type ApiRuntime = Runtime.Runtime<LazyDatabase>

/** The seconds after which a client may try again. */
const retryAfter = "1"

const deadline = "10 seconds"

/** The path of a request, as a problem's `instance` names it. */
export const instanceOf = (request: Pick<Request, "originalUrl">): string =>
  request.originalUrl.split("?", 1)[0]?.slice(0, 500) ?? "/"

/** Runs the answer to a request and sends its outcome to the client. */
export type Answering = <A, E extends AnswerError = never>(
  exchange: { readonly req: Pick<Request, "originalUrl">; readonly res: Response },
  answer: Effect.Effect<A, E | StoreError, Queries>
) => Promise<{ readonly status: 200; readonly body: A } | Refused<NoInfer<E>>>

/** The response to a request: 200 with the answer, or a problem for each way to fail. */
const outcome = <A, E extends AnswerError>(
  instance: string,
  answer: Effect.Effect<A, E | StoreError, Queries>
) =>
  Effect.flatMap(LazyDatabase, ({ read }) => read(answer)).pipe(
    Effect.timeoutFail({ duration: deadline, onTimeout: () => new TooSlow() }),
    Effect.match({
      onSuccess: (body) => ({ status: 200 as const, body }),
      // Its 410 comes from the feed's own error, so no other answer has it.
      onFailure: (error: AnswerError) => refuse(error, instance) as Refused<E>
    })
  )

/** Runs answers on the shared runtime, and sets the headers of their outcome. */
export const answering =
  (runtime: ApiRuntime): Answering =>
  async ({ req, res }, answer) => {
    const known = Effect.provideService(answer, ReadFrom, (publication) =>
      Effect.sync(() => void res.set("X-Publication", String(publication)))
    )
    const found = await Runtime.runPromise(runtime)(outcome(instanceOf(req), known))
    if (found.status === 200) res.set("Cache-Control", "public, no-cache").vary("Accept")
    if (found.status === 503) res.set("Retry-After", retryAfter)
    return found
  }
