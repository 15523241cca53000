import { after, flawOf, seqOf } from "trials-domain/FeedPosition"
import { diff } from "trials-domain/Change"
import { normalized } from "trials-domain/Identifier"
import { editedField, TrialSummary } from "trials-domain/Trial"
import type { BodyOf, CallsById, DecodedOf } from "../client/Calls.js"
import type { ChangeFeed, Registries } from "../Bodies.js"
import type { OperationId } from "../Routes.js"
import type { Quality, Run, RunSummary, Trial, TrialSummary as Summary, TrialVersion } from "../Types.js"
import answers from "./fixtures/answers.json" with { type: "json" }

interface Fixtures {
  readonly changes: ChangeFeed
  readonly registries: Registries
  readonly quality: Quality
  readonly runs: ReadonlyArray<Run>
}

// TypeScript reads codes in JSON as any text. A test compares the file with the schemas.
const { changes, quality, registries, runs } = answers as unknown as Fixtures

/** The request is refused. */
export class Refused extends Error {
  readonly status: number
  readonly parameter: string | undefined

  constructor(status: number, detail: string, parameter?: string) {
    super(detail)
    this.status = status
    this.parameter = parameter
  }
}

type Answers = {
  readonly [Id in OperationId]: (
    params: DecodedOf<CallsById[Id], "pathParams">,
    query: DecodedOf<CallsById[Id], "query">
  ) => BodyOf<CallsById[Id]>
}

/** The instant at which the registries are as old as they say. */
const now = Date.parse(runs[0]?.finishedAt ?? "") + (registries.items[0]?.ageSeconds ?? 0) * 1000

const versions = changes.items
const end = versions.at(-1)

const key = ({ id, registry }: { readonly id: string; readonly registry: string }) => `${registry}/${id}`

const found = <A>(value: A | undefined, what: string): A => {
  if (value === undefined) throw new Refused(404, `${what} is known here.`)
  return value
}

const historyOf = (place: { readonly id: string; readonly registry: string }) => {
  const history = versions.filter((version) => key(version) === key(place))
  found(history[0], `No trial ${place.id} of the registry ${place.registry}`)
  return history.toReversed()
}

const listed: ReadonlyArray<string> = Object.keys(TrialSummary.fields)

const summaryOf = (trial: Trial): Summary =>
  // Has every field of the summary.
  Object.fromEntries(Object.entries(trial).filter(([field]) => listed.includes(field))) as unknown as Summary

const runSummaryOf = ({ findings: _, rejected: __, ...rest }: Run): RunSummary => rest

interface PageQuery {
  readonly limit: number
  readonly cursor?: string
}

// Places in a list that nothing changes: a number is cursor enough.
const pageOf = <A>(all: ReadonlyArray<A>, { cursor = "0", limit }: PageQuery) => {
  if (!/^\d{1,4}$/.test(cursor)) throw new Refused(400, "is not a cursor of this list", "cursor")
  const next = Number(cursor) + limit
  return {
    items: all.slice(Number(cursor), next),
    total: { value: all.length, relation: "eq" as const },
    nextCursor: next < all.length ? String(next) : null
  }
}

type Filter = Omit<DecodedOf<CallsById["recentTrials"], "query">, "days" | "limit" | "cursor">

/** Each trial as it is now, in the order of the feed. */
const trials = versions
  .filter((version) => !versions.some((later) => later.seq > version.seq && key(later) === key(version)))
  .map(({ trial }) => trial)

const folded = (text: string | null) => text?.normalize("NFC").toLowerCase() ?? ""

const holds = (texts: ReadonlyArray<string | null>, part = "") =>
  texts.some((text) => folded(text).includes(folded(part)))

const is = (texts: ReadonlyArray<string | null>, word?: string) =>
  word === undefined || texts.some((text) => folded(text) === folded(word))

const namesOf = ({ interventionNames, interventions }: Trial) => [
  ...interventionNames,
  ...interventions.flatMap(({ name, otherNames }) => [name, ...otherNames])
]

const matches = (filter: Filter) => (trial: Trial) => {
  const { department, leadInstitution, observationalModelRaw, phaseRaw, scopeRaw, studyTypeRaw } = trial
  const raw = [department, leadInstitution, studyTypeRaw, phaseRaw, observationalModelRaw, scopeRaw]
  return (
    (filter.missing === true || trial.missingSince === null) &&
    (filter.updatedSince === undefined || trial.updatedAt >= filter.updatedSince) &&
    is([trial.registry], filter.registry) &&
    holds([trial.id, trial.title, ...raw, ...trial.conditions, ...namesOf(trial)], filter.q) &&
    holds([trial.title], filter.title) &&
    holds([department], filter.department) &&
    holds([leadInstitution], filter.institution) &&
    is([trial.studyType, studyTypeRaw], filter.studyType) &&
    is([...trial.phases, phaseRaw], filter.phase) &&
    is([trial.observationalModel, observationalModelRaw], filter.observationalModel) &&
    is([trial.scope, scopeRaw], filter.scope)
  )
}

const newestFirst = (list: ReadonlyArray<Trial>) =>
  list.toReversed().sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0))

const orders = {
  "-updatedAt": newestFirst,
  updatedAt: (list: ReadonlyArray<Trial>) => newestFirst(list).reverse(),
  id: (list: ReadonlyArray<Trial>) => list.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** The answer to each call, over the fixtures. */
export const questions: Answers = {
  trials: (_, query) => pageOf(orders[query.sort](trials.filter(matches(query))).map(summaryOf), query),
  recentTrials: (_, { days, ...query }) => {
    const since = new Date(now - days * 86_400_000).toISOString()
    const recent = trials.filter(matches(query)).filter(({ updatedAt }) => updatedAt >= since)
    return pageOf(newestFirst(recent).map(summaryOf), query)
  },
  trial: (place, { asOf }) =>
    found(
      historyOf(place).find(({ observedAt }) => asOf === undefined || observedAt <= asOf),
      `No version of ${place.id} at ${asOf ?? "any time"}`
    ).trial,
  trialHistory: (place, query) => pageOf(historyOf(place), query),
  trialDiff: (place, { from, to }) => {
    const history = historyOf(place)
    const [one, other] = [from, to].map((wanted) =>
      found(
        history.find(({ version }) => version === wanted),
        `No version ${wanted} of ${place.id}`
      )
    ) as [TrialVersion, TrialVersion]
    return { ...place, from, to, changes: diff(one.trial, other.trial) }
  },
  trialRelated: (place) => {
    historyOf(place)
    // The fixtures have one registry, which names no identifiers elsewhere.
    return { ...place, items: [] }
  },
  identifier: ({ identifier }) => {
    const sought = normalized(identifier)
    if (sought === "") throw new Refused(400, "must have a letter or a digit", "identifier")
    const items = trials
      .filter(({ id }) => normalized(id) === sought)
      .map((trial) => ({ kind: "own" as const, identifier: trial.id, trial: summaryOf(trial) }))
    return { identifier: sought, items, total: { value: items.length, relation: "eq" } }
  },
  changes: (_, { after: position, field, kind, limit, mass, registry, silent }) => {
    const gone = flawOf(
      position,
      end,
      versions.find(({ seq }) => seq === seqOf(position))
    )
    if (gone !== null) throw new Refused(410, gone.message, "after")
    const items = versions.filter(
      (version) =>
        version.seq > seqOf(position) &&
        (registry === undefined || version.registry === registry) &&
        (kind === undefined || version.kind === kind) &&
        (silent === undefined || version.silent === silent) &&
        (mass === undefined || version.mass === mass) &&
        (field === undefined ||
          version.changes.some((change) => [field, editedField(field)].includes(change.field)))
    )
    const page = items.slice(0, limit)
    const last = page.length < items.length ? page.at(-1) : end
    return { items: page, nextAfter: last === undefined ? "0" : after(last) }
  },
  registries: () => registries,
  registryQuality: ({ registry }) =>
    found(registry === quality.registry ? quality : undefined, `No registry ${registry}`),
  runs: (_, { registry, ...page }) =>
    pageOf(runs.filter((run) => registry === undefined || run.registry === registry).map(runSummaryOf), page),
  run: ({ id }) =>
    found(
      runs.find(({ runId }) => runId === id),
      `No run ${id}`
    )
}
