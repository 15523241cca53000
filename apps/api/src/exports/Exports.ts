import { Effect, Runtime, Stream } from "effect"
import { type Request, type RequestHandler, type Response, Router } from "express"
import { exportContract, exportRoutes, exportTypes } from "trials-contract"
import { ExportQueries, type ExportRequest, type Heading, type Key, pages } from "trials-domain/ExportQueries"
import { type Format, formats, render } from "trials-export"
import { Admission, type Reader } from "../admission/Admission.js"
import type { ApiRuntime } from "../answers/Answer.js"
import { type Coding, codingOf } from "../answers/Coding.js"
import { instanceOf, readOnly, refuseIssues, send as sendProblem } from "../http/Guards.js"
import { type AnswerError, problem, refuse } from "../http/Refusal.js"
import { visitOf } from "../http/Visit.js"
import { LazyDatabase } from "../LazyDatabase.js"
import { cut, download, whileThere } from "./Download.js"

/** The seconds after which an export may find a place: it takes minutes at most. */
const retryAfter = 10

const nameOf = (format: Format, { asOf, pinnedAt, registry }: Heading): string =>
  `trials-${registry === undefined ? "" : `${registry}-`}${(asOf ?? pinnedAt).slice(0, 10)}.${format}`

interface Asked {
  readonly format: Format
  readonly wanted: ExportRequest
  readonly excel: boolean
}

/** Sets the headers of an export, and says in which coding it is. */
const describe = ({ format }: Asked, heading: Heading, req: Request, res: Response): Coding => {
  res.set({
    "Content-Type": exportTypes[format],
    "Content-Disposition": `attachment; filename="${nameOf(format, heading)}"`,
    "X-Publication": String(heading.publication),
    "Cache-Control": "no-store"
  })
  // Its columns are compressed.
  if (format === "parquet") return "identity"
  const coding = codingOf(req, Infinity)
  res.set("Vary", "Accept-Encoding")
  if (coding !== "identity") res.set("Content-Encoding", coding)
  return coding
}

const readerOf = (req: Request, res: Response): Reader => ({ client: visitOf(req).client, response: res })

/** Answers HEAD: no trial is looked for, and an export that is being sent does not stand in its way. */
const sendHead = (asked: Asked, req: Request, res: Response) =>
  Effect.gen(function* () {
    const { inTurn } = yield* Admission
    const { read } = yield* LazyDatabase
    const heading = Effect.flatMap(ExportQueries, ({ heading }) => heading(asked.wanted))
    describe(asked, yield* inTurn(readerOf(req, res), read(heading)), req, res)
    res.end()
  })

/** Sends an export, each page of it read in its turn. */
const send = (asked: Asked, req: Request, res: Response) =>
  Effect.gen(function* () {
    const { excel, format, wanted } = asked
    const { further, inTurn } = yield* Admission
    const { read } = yield* LazyDatabase
    const reader = readerOf(req, res)
    const pin = yield* inTurn(reader, read(Effect.flatMap(ExportQueries, ({ pin }) => pin(wanted))))
    const coding = describe(asked, pin, req, res)
    const page = (after: Key) =>
      further(reader, read(Effect.flatMap(ExportQueries, ({ page }) => page(pin, after))))
    const trials = Stream.map(pages(pin, page), ({ trials }) => trials)
    yield* download(res, coding, render(format, { excel })(Stream.filter(trials, ({ length }) => length > 0)))
  })

/** Refuses an export that has not begun, or cuts it. */
const fail = (error: AnswerError, req: Request, res: Response): void => {
  if (res.headersSent) {
    req.log.warn({ reason: error._tag }, "An export was cut.")
    return cut(res)
  }
  const instance = instanceOf(req)
  // The position is the export's own: its client has none that it could correct.
  const body =
    error._tag === "PositionGone"
      ? problem("database-away", "The database was restored while the export began. Ask again.", instance)
      : refuse(error, instance).body
  sendProblem(res, body, retryAfter)
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
      const asked = { format, wanted: { filter, asOf }, excel }
      const sent =
        req.method === "HEAD"
          ? sendHead(asked, req, res)
          : Effect.flatMap(Admission, ({ exporting }) => exporting(readerOf(req, res), send(asked, req, res)))
      await sent.pipe(
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
