import { Effect, Runtime } from "effect"
import type { Request, Response } from "express"
import { clientOf } from "./admission/Address.js"
import { Admission } from "./admission/Admission.js"
import { LazyDatabase, type Queries } from "./LazyDatabase.js"
import { type AnswerError, refuse, type Refused } from "./Refusal.js"
import { ReadFrom } from "trials-domain/Snapshot"
import type { StoreError } from "trials-domain/StoreError"

/** The runtime that all requests share. */
export type ApiRuntime = Runtime.Runtime<LazyDatabase | Admission>

/** The seconds after which a client may try again. */
const retryAfter = "1"

/** The path of a request, as a problem's `instance` names it. */
export const instanceOf = (request: Pick<Request, "originalUrl">): string =>
  request.originalUrl.split("?", 1)[0]?.slice(0, 500) ?? "/"

type Answered<A, E extends AnswerError> = { readonly status: 200; readonly body: A } | Refused<E>

/** Runs the answer to a request and sends its outcome to the client. */
export type Answering = <A, E extends AnswerError = never>(
  exchange: { readonly req: Pick<Request, "originalUrl" | "ip">; readonly res: Response },
  answer: Effect.Effect<A, E | StoreError, Queries>
) => Promise<Answered<A, NoInfer<E>>>

/** The response to a request: 200 with the answer, or a problem for each way to fail. */
const outcome = <A, E extends AnswerError, R>(instance: string, answer: Effect.Effect<A, E, R>) =>
  Effect.match(answer, {
    onSuccess: (body) => ({ status: 200 as const, body }),
    // Its 410 comes from the feed's own error, so no other answer has it.
    onFailure: (error: AnswerError) => refuse(error, instance) as Refused<E>
  })

/** Runs answers on the shared runtime, each in its turn, and sets the headers of their outcome. */
export const answering =
  (runtime: ApiRuntime): Answering =>
  async ({ req, res }, answer) => {
    const known = Effect.provideService(answer, ReadFrom, (publication) =>
      Effect.sync(() => void res.set("X-Publication", String(publication)))
    )
    const read = Effect.flatMap(LazyDatabase, (database) => database.read(known))
    const admitted = Effect.flatMap(Admission, ({ inTurn }) =>
      inTurn({ client: clientOf(req.ip), response: res }, read)
    )
    const found = await Runtime.runPromise(runtime)(outcome(instanceOf(req), admitted))
    if (found.status === 200) res.set("Cache-Control", "public, no-cache").vary("Accept")
    if (found.status === 503) res.set("Retry-After", retryAfter)
    return found
  }

/** Runs an answer ahead of all others. Requests that come meanwhile get the same one. */
export const checking = <A, E extends AnswerError = never>(
  runtime: ApiRuntime,
  instance: string,
  answer: Effect.Effect<A, E | StoreError, Queries>
): ((res: Response) => Promise<Answered<A, NoInfer<E>>>) => {
  const read = Effect.flatMap(LazyDatabase, (database) => database.read(answer))
  const admitted = Effect.flatMap(Admission, ({ ahead }) => ahead(read))
  let present: Promise<Answered<A, NoInfer<E>>> | undefined
  return async (res) => {
    present ??= Runtime.runPromise(runtime)(outcome(instance, admitted)).finally(() => (present = undefined))
    const found = await present
    if (found.status === 503) res.set("Retry-After", retryAfter)
    return found
  }
}
