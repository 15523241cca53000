import { Clock, Effect } from "effect"
import type { RequestHandler } from "express"
import { questions } from "trials-answers"
import { textContract, textTypes, type TrialVersion } from "trials-contract"
import { fromMillis } from "trials-domain/Instant"
import { staysUntil } from "trials-domain/Snapshot"
import type { Answering } from "../answers/Answer.js"
import { ofOnePublication } from "../answers/OnePublication.js"
import { refuseIssues } from "../http/Guards.js"
import { visitOf } from "../http/Visit.js"
import { atomOf } from "./AtomFeed.js"

const dayMillis = 86_400_000
const days = 7
const mostEntries = 2000
const page = 1000

type Wanted = Omit<Parameters<(typeof questions)["changesSummary"]>[1], "since">

/** The newest changes, as many as a feed holds, and whether there are more. */
const newest = (wanted: Wanted & { readonly since: ReturnType<typeof fromMillis> }) =>
  Effect.gen(function* () {
    const changes: Array<TrialVersion> = []
    let cursor: string | undefined
    do {
      const asked = {
        ...wanted,
        after: "0",
        order: "newest",
        limit: page,
        ...(cursor === undefined ? {} : { cursor })
      } as const
      const found = yield* questions.changes({}, asked)
      changes.push(...found.items)
      cursor = found.nextCursor ?? undefined
    } while (cursor !== undefined && changes.length < mostEntries)
    return {
      changes: changes.slice(0, mostEntries),
      isMore: cursor !== undefined || changes.length > mostEntries
    }
  })

/** The changes of the last seven days and of today (UTC) as an Atom feed. */
export const atom =
  (answer: Answering): RequestHandler =>
  async (req, res) => {
    const query = await textContract.atom.query["~standard"].validate(req.query)
    if (query.issues !== undefined) return refuseIssues(query.issues, req, res)
    const wanted = query.value
    const given = Object.entries(req.query).map(([name, value]) => [name, String(value)])
    const asked = String(new URLSearchParams(given.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))))
    const feed = Effect.gen(function* () {
      const today = Math.floor((yield* Clock.currentTimeMillis) / dayMillis) * dayMillis
      yield* staysUntil(today + dayMillis)
      const since = fromMillis(today - days * dayMillis)
      const { changes, isMore } = yield* newest({ ...wanted, since })
      const all = isMore ? yield* questions.changesSummary({}, { ...wanted, since }) : null
      const { publicUrl } = visitOf(req)
      return atomOf({ publicUrl, query: asked && `?${asked}`, changes, all, since })
    })
    const { body, status } = await answer({ req, res, query: wanted }, ofOnePublication(feed))
    res.status(status).type(textTypes.atom).send(body)
  }
