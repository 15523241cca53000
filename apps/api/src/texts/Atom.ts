import { Clock, Effect } from "effect"
import type { RequestHandler } from "express"
import { questions } from "trials-answers"
import { textContract, textTypes } from "trials-contract"
import { fromMillis } from "trials-domain/Instant"
import { staysUntil } from "trials-domain/Snapshot"
import type { Answering } from "../answers/Answer.js"
import { ofOnePublication, part } from "../answers/OnePublication.js"
import { refuseIssues } from "../http/Guards.js"
import { visitOf } from "../http/Visit.js"
import { atomOf, type Told, toldOf, trialPage } from "./AtomFeed.js"

const dayMillis = 86_400_000
const days = 7
const mostEntries = 2000
const page = 100

type Wanted = Omit<Parameters<(typeof questions)["changesSummary"]>[1], "since">

/** What is wanted as a query that is the same for all who want the same. */
const queryOf = ({ missing, ...wanted }: Wanted): string => {
  const given = Object.entries({ ...wanted, ...(missing ? {} : { missing }) })
  const texts = given.filter(([, value]) => value !== undefined).map(([name, value]) => [name, String(value)])
  return String(new URLSearchParams(texts.sort(([a = ""], [b = ""]) => (a < b ? -1 : 1))))
}

/** The newest changes, as many as a feed holds, and whether there are more. */
const newest = (wanted: Wanted & { readonly since: ReturnType<typeof fromMillis> }) =>
  Effect.gen(function* () {
    const changes: Array<Told> = []
    let cursor: string | undefined
    do {
      const asked = {
        ...wanted,
        after: "0",
        order: "newest",
        limit: page,
        ...(cursor === undefined ? {} : { cursor })
      } as const
      const found = yield* part(questions.changes({}, asked))
      changes.push(...found.items.map(toldOf))
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
    const asked = queryOf(wanted)
    const feed = Effect.gen(function* () {
      const today = Math.floor((yield* Clock.currentTimeMillis) / dayMillis) * dayMillis
      yield* staysUntil(today + dayMillis)
      const since = fromMillis(today - days * dayMillis)
      const { changes, isMore } = yield* newest({ ...wanted, since })
      const all = isMore ? yield* part(questions.changesSummary({}, { ...wanted, since })) : null
      const { publicUrl } = visitOf(req)
      const { id, registry } = wanted
      const trial = id === undefined || registry === undefined ? null : trialPage(registry, id)
      return atomOf({ publicUrl, query: asked && `?${asked}`, trial, changes, all, since })
    })
    const { body, status } = await answer({ req, res, query: wanted }, ofOnePublication(feed))
    res.status(status).type(textTypes.atom).send(body)
  }
