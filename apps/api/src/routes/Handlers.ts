import { type createExpressEndpoints, initServer } from "@ts-rest/express"
import type { Effect } from "effect"
import { questions } from "trials-answers"
import { contract, type OperationId } from "trials-contract"
import type { StoreError } from "trials-domain/StoreError"
import type { Answering, Exchange } from "../answers/Answer.js"
import type { AnswerError } from "../http/Refusal.js"
import type { Queries } from "../LazyDatabase.js"

// Named, as the compiler does not write out a type of this length.
type Handlers = Parameters<typeof createExpressEndpoints<typeof contract>>[1]

type AnyQuestion = (
  params: unknown,
  query: unknown
) => Effect.Effect<unknown, AnswerError | StoreError, Queries>

/** Answers each path of the contract by its question. */
export const handlers = (answer: Answering): Handlers => {
  const each = Object.entries(contract).map(([group, calls]) => [
    group,
    Object.fromEntries(
      Object.entries<{ readonly operationId: OperationId }>(calls).map(([name, { operationId }]) => {
        // The table of questions has the parameters, the answer and the failures of every call, which `entries` forgets.
        const question = questions[operationId] as AnyQuestion
        return [name, (asked: Exchange) => answer(asked, question(asked.params, asked.query))]
      })
    )
  ])
  return initServer().router(contract, Object.fromEntries(each))
}
