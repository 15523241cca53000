import type { RequestHandler } from "express"
import { contract, ndjsonType } from "trials-contract"
import { Effect } from "effect"
import { questions } from "trials-answers"
import type { Answering } from "../answers/Answer.js"
import { kindOf } from "../answers/Prepared.js"
import { refuseIssues } from "../http/Guards.js"

/** The feed with one change per line, if `Accept` prefers that. `X-Next-After` says where to continue. */
export const changesAsNdjson =
  (answer: Answering): RequestHandler =>
  async (req, res, next) => {
    if (kindOf(req) !== "ndjson") return next()
    const query = await contract.changes.list.query["~standard"].validate(req.query)
    if (query.issues !== undefined) return refuseIssues(query.issues, req, res)
    let headers = {}
    const lines = Effect.map(questions.changes({}, query.value), ({ items, nextAfter, nextCursor }) => {
      headers = {
        "X-Next-After": nextAfter,
        ...(nextCursor === null ? {} : { "X-Next-Cursor": nextCursor })
      }
      return items.map((item) => `${JSON.stringify(item)}\n`).join("")
    })
    const { body, status } = await answer({ req, res, query: query.value }, lines, () => headers)
    res.status(status).type(`${ndjsonType}; charset=utf-8`).send(body)
  }
