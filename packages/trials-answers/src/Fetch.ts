import { Cause, type Effect, Exit, Option } from "effect"
import { answering, type Answers, type Fetch, Refused } from "trials-contract/answering"
import type { StoreError } from "trials-domain/StoreError"
import type { Queries } from "./Queries.js"
import { questions } from "./Questions.js"
import type { QuestionError, Refusal } from "./Refusal.js"

/** A question: what a call of the contract asks of the library. */
export type Question<A> = Effect.Effect<A, QuestionError | StoreError, Queries>

/** Thrown where a question could not be answered, and that is no refusal. */
export class Unanswered<E> extends Error {
  override readonly cause: Cause.Cause<E>

  constructor(cause: Cause.Cause<E>) {
    super(Cause.pretty(cause))
    this.cause = cause
  }
}

/**
 * What a question came to. Throws `Refused` for an error of which `refusalOf` knows what it says, and `Unanswered` for any
 * other end.
 */
export const settled = <A, E>(exit: Exit.Exit<A, E>, refusalOf: (error: E) => Refusal | null): A => {
  if (Exit.isSuccess(exit)) return exit.value
  const refusal = Option.match(Cause.failureOption(exit.cause), { onNone: () => null, onSome: refusalOf })
  if (refusal === null) throw new Unanswered(exit.cause)
  throw new Refused(refusal.kind, refusal.detail, refusal.errors)
}

/**
 * What answers the calls of the contract like `fetch`, without a socket: give it to `createTrialsClient`. `run` answers a
 * question, as by `settled` of its end.
 */
export const fetchOf = (run: <A>(question: Question<A>) => Promise<A>): Fetch =>
  answering(
    Object.fromEntries(
      Object.entries(questions).map(([id, question]) => [
        id,
        // The table's keys say which parameters go with which question.
        (params: never, query: never) =>
          run((question as (...given: [never, never]) => Question<unknown>)(params, query))
      ])
    ) as unknown as Answers
  )
