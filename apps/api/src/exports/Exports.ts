import { Effect, Runtime, Stream } from "effect"
import { type Request, type RequestHandler, type Response, Router } from "express"
import { exportContract, exportRoutes, exportTypes } from "trials-contract"
import { ExportQueries, type ExportRequest, type Key, pages, type Pin } from "trials-domain/ExportQueries"
import { type Format, formats, render } from "trials-export"
import { Admission } from "../admission/Admission.js"
import type { ApiRuntime } from "../Answer.js"
import { instanceOf, readOnly, refuseIssues, send as sendProblem } from "../Guards.js"
import { LazyDatabase } from "../LazyDatabase.js"
import { type AnswerError, refuse } from "../Refusal.js"
import { visitOf } from "../Visit.js"
import { cut, download, whileThere } from "./Download.js"

/** The seconds after which an export may find a place: it takes minutes at most. */
const retryAfter = "10"

const nameOf = (format: Format, { asOf, pinnedAt, registry }: Pin): string =>
  `trials-${registry === undefined ? "" : `${registry}-`}${(asOf ?? pinnedAt).slice(0, 10)}.${format}`

interface Asked {
  readonly format: Format
  readonly wanted: ExportRequest
  readonly excel: boolean
}

/** Sends an export, each page of it read in its turn. */
const send = ({ excel, format, wanted }: Asked, req: Request, res: Response) =>
  Effect.gen(function* () {
    const { further, inTurn } = yield* Admission
    const { read } = yield* LazyDatabase
    const reader = { client: visitOf(req).client, response: res }
    const pin = yield* inTurn(reader, read(Effect.flatMap(ExportQueries, ({ pin }) => pin(wanted))))
    res.set({
      "Content-Type": exportTypes[format],
      "Content-Disposition": `attachment; filename="${nameOf(format, pin)}"`,
      "X-Publication": String(pin.publication),
      "Cache-Control": "no-store"
    })
    if (req.method === "HEAD") return void res.end()
    const page = (after: Key) =>
      further(reader, read(Effect.flatMap(ExportQueries, ({ page }) => page(pin, after))))
    const trials = Stream.map(pages(pin, page), ({ trials }) => trials)
    yield* download(res, render(format, { excel })(Stream.filter(trials, ({ length }) => length > 0)))
  })

/** Refuses an export that has not begun, or cuts it. */
const fail = (error: AnswerError, req: Request, res: Response): void => {
  if (res.headersSent) {
    req.log.warn({ reason: error._tag }, "An export was cut.")
    return cut(res)
  }
  const { body, status } = refuse(error, instanceOf(req))
  if (status === 503) res.set("Retry-After", retryAfter)
  sendProblem(res, body)
}

/** Every trial of a filter as a file, in each format. */
export const exports = (runtime: ApiRuntime): RequestHandler => {
  const router = Router({ caseSensitive: true })
  for (const format of formats) {
    const { path } = exportRoutes[format]
    router.all(path, readOnly)
    router.get(path, async (req, res) => {
      const query = await exportContract[format].query["~standard"].validate(req.query)
      if (query.issues !== undefined) return refuseIssues(query.issues, req, res)
      const { asOf, excel, ...filter } = { asOf: undefined, excel: false, ...query.value }
      const sent = send({ format, wanted: { filter, asOf }, excel }, req, res)
      await Effect.flatMap(Admission, ({ exporting }) => exporting(sent)).pipe(
        (sending) => whileThere(res, sending),
        Effect.catchAll((error) => Effect.sync(() => fail(error, req, res))),
        // What Express does with a defect looks like a proper end.
        Effect.tapDefect(() => Effect.sync(() => (res.headersSent ? cut(res) : undefined))),
        Runtime.runPromise(runtime)
      )
    })
  }
  return router
}
