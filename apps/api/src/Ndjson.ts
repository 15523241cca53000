import type { RequestHandler } from "express"
import { RequestValidationError } from "@ts-rest/express"
import { contract, ndjsonType } from "trials-contract"
import { Effect } from "effect"
import { VersionQueries } from "trials-domain/VersionQueries"
import type { Answering } from "./Answer.js"
import { refuseParameters, send } from "./Guards.js"

/** The feed with one change per line, if `Accept` prefers that. `X-Next-After` says where to continue. */
export const changesAsNdjson =
  (answer: Answering): RequestHandler =>
  async (req, res, next) => {
    res.vary("Accept")
    if (req.accepts(["application/json", ndjsonType]) !== ndjsonType) return next()
    const query = await contract.changes.list.query["~standard"].validate(req.query)
    if (query.issues !== undefined) {
      return refuseParameters(
        new RequestValidationError(
          null,
          null,
          { name: "ValidationError", message: "", issues: [...query.issues] },
          null
        ),
        req,
        res
      )
    }
    const { body, status } = await answer(
      { req, res },
      Effect.flatMap(VersionQueries, (versions) => versions.changes(query.value))
    )
    if (status !== 200) return send(res, body)
    const lines = body.items.map((item) => `${JSON.stringify(item)}\n`).join("")
    res.set("X-Next-After", body.nextAfter).type(ndjsonType).send(lines)
  }
