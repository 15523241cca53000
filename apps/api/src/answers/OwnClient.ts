import { Effect, Runtime } from "effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import { fetchOf, type Question, settled } from "trials-answers"
import { createTrialsClient, type TrialsClient } from "trials-contract/client"
import { Admission } from "../admission/Admission.js"
import { saidOf } from "../http/Refusal.js"
import { visitOf } from "../http/Visit.js"
import { LazyDatabase } from "../LazyDatabase.js"
import type { ApiRuntime } from "./Answer.js"

// No call leaves this process, and every client needs a base.
const base = "http://trials.invalid"

/**
 * Makes clients of the API within this process, each for one request: what it reads takes its turn as that of whoever asks. All of
 * it together has one place among the answers in hand.
 */
export const ownClient =
  (runtime: ApiRuntime) =>
  (request: IncomingMessage, response: ServerResponse): TrialsClient => {
    const reader = { client: visitOf(request).client, response }
    let isFirst = true
    const run = async <A>(question: Question<A>): Promise<A> => {
      const asked = Effect.flatMap(LazyDatabase, ({ read }) => read(question))
      const admitted = Effect.flatMap(Admission, ({ further, inTurn }) => {
        const turn = isFirst ? inTurn(reader, asked) : further(reader, asked)
        isFirst = false
        return turn
      })
      return settled(await Runtime.runPromiseExit(runtime)(admitted), saidOf)
    }
    return createTrialsClient(base, { fetch: fetchOf(run) })
  }
