import { Effect } from "effect"
import type { RequestHandler } from "express"
import { questions } from "trials-answers"
import { textContract, textTypes, type TrialVersion } from "trials-contract"
import { cellOf, csvText } from "trials-export"
import type { Answering } from "../answers/Answer.js"
import { ofOnePublication, part } from "../answers/OnePublication.js"
import { refuseIssues } from "../http/Guards.js"

const columns = [
  "registry",
  "id",
  "version",
  "seq",
  "kind",
  "silent",
  "mass",
  "observedAt",
  "editionDate",
  "runId",
  "field",
  "from",
  "to"
] as const

const noChange = { field: null, from: null, to: null }

const rowsOf = ({ changes, ...version }: TrialVersion) =>
  (changes.length === 0 ? [noChange] : changes).map((change) => {
    const row: Readonly<Record<string, unknown>> = { ...version, ...change }
    return columns.map((column) => cellOf(row[column]))
  })

/** All versions of a trial, the newest first. */
const versionsOf = (trial: { readonly registry: string; readonly id: string }) =>
  Effect.gen(function* () {
    const versions: Array<TrialVersion> = []
    let cursor: string | undefined
    do {
      const asked = { limit: 100, ...(cursor === undefined ? {} : { cursor }) }
      const page = yield* part(questions.trialHistory(trial, asked))
      versions.push(...page.items)
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    return versions
  })

/** The versions of a trial as CSV. */
export const historyCsv =
  (answer: Answering): RequestHandler<{ registry: string; id: string }> =>
  async (req, res) => {
    const query = await textContract.history.query["~standard"].validate(req.query)
    if (query.issues !== undefined) return refuseIssues(query.issues, req, res)
    const { excel } = query.value
    const { id, registry } = req.params
    const text = Effect.map(ofOnePublication(versionsOf({ registry, id })), (versions) =>
      csvText([columns, ...versions.flatMap(rowsOf)], { excel, isFirst: true })
    )
    const { body, status } = await answer({ req, res, params: { registry, id }, query: query.value }, text)
    res.status(status).type(textTypes.history).send(body)
  }
