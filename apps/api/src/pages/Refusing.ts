import { type Problem, problemType } from "trials-contract"
import { createTrialsClient, type TrialsClient } from "trials-contract/client"

/** A client whose every call is refused: a page then shows why. */
export const refusing = (problem: Problem): TrialsClient =>
  createTrialsClient("", {
    fetch: async () =>
      new Response(JSON.stringify(problem), {
        status: problem.status,
        headers: { "content-type": problemType, ...(problem.status === 503 ? { "retry-after": "1" } : {}) }
      })
  })
