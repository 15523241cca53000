import type { RequestHandler } from "express"
import { contract, ndjsonType } from "trials-contract"
import { Effect } from "effect"
import { VersionQueries } from "trials-domain/VersionQueries"
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
    let nextAfter = ""
    const lines = Effect.map(
      Effect.flatMap(VersionQueries, (versions) => versions.changes(query.value)),
      (feed) => {
        nextAfter = feed.nextAfter
        return feed.items.map((item) => `${JSON.stringify(item)}\n`).join("")
      }
    )
    const { body, status } = await answer({ req, res, query: query.value }, lines, () => ({
      "X-Next-After": nextAfter
    }))
    res.status(status).type(`${ndjsonType}; charset=utf-8`).send(body)
  }
