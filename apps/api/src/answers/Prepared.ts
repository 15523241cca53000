import Negotiator from "negotiator"
import type { Express, Response } from "express"
import type { IncomingMessage, ServerResponse } from "node:http"
import { ndjsonType, type Problem } from "trials-contract"
import { send as sendProblem } from "../http/Guards.js"
import { type About, present, Representation, unchanged } from "./Representation.js"
import { ofContent } from "./Tag.js"

/** What a response will be, decided before its body is written. */
export type Prepared =
  | { readonly kind: "kept"; readonly representation: Representation }
  | { readonly kind: "unchanged"; readonly about: About }
  | { readonly kind: "refused"; readonly problem: Problem }
  | {
      readonly kind: "read"
      /** Null: that of its bytes. */
      readonly tag: string | null
      readonly headers: Readonly<Record<string, string>>
      readonly keep: (representation: Representation) => void
    }

const prepared = new WeakMap<ServerResponse, Prepared>()

/** Decides what a response will be. */
export const prepare = (response: ServerResponse, what: Prepared): void => void prepared.set(response, what)

/** Which of the two forms of the feed a request prefers. No other answer has two. */
export const kindOf = (request: IncomingMessage): "json" | "ndjson" => {
  const { accept } = request.headers
  if (accept === undefined || !/ndjson/i.test(accept)) return "json"
  const wanted = new Negotiator(request).mediaType(["application/json", ndjsonType])
  return wanted === ndjsonType ? "ndjson" : "json"
}

/** Lets an application send what was prepared, with its tag, in the coding that the client wants. */
export const sendsPrepared = (app: Express): void => {
  const { send } = app.response
  app.response.send = function (this: Response, body) {
    const what = prepared.get(this)
    if (what?.kind === "refused") {
      sendProblem(this, what.problem)
      return this
    }
    if (what === undefined || this.statusCode !== 200) return send.call(this, body)
    if (what.kind === "unchanged") {
      this.removeHeader("Content-Type")
      unchanged(this, what.about)
      return this
    }
    if (what.kind === "kept") {
      present(this.req, this, what.representation)
      return this
    }
    const bytes = Buffer.from(String(body))
    const { headers, keep, tag } = what
    const type = String(this.get("Content-Type"))
    this.removeHeader("Content-Type")
    const representation = new Representation(type, bytes, { tag: tag ?? ofContent(bytes), headers })
    keep(representation)
    present(this.req, this, representation)
    return this
  }
}
