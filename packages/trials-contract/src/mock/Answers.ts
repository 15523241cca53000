import { after, flawOf, seqOf } from "trials-domain/FeedPosition"
import { diff } from "trials-domain/Change"
import { countedOf } from "trials-domain/ChangeSummary"
import { codedFields, codedTerms, codes } from "trials-domain/CodedWords"
import type { FacetName, Facets } from "trials-domain/Facets"
import { normalized } from "trials-domain/Identifier"
import { keysOf } from "trials-domain/SearchTerms"
import { isSought, soughtBy } from "trials-domain/Sought"
import { editedField, TrialSummary } from "trials-domain/Trial"
import type { CallsById, DecodedOf } from "../client/Calls.js"
import { type Answers, Refused } from "../Answering.js"
import type { ChangeFeed, Registries } from "../Bodies.js"
import type { ProblemName } from "../Problems.js"
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

/** The refusal of a parameter. */
const wrong = (kind: ProblemName, detail: string, parameter: string) =>
  new Refused(kind, detail, [{ parameter, detail }])

/** The instant at which the registries are as old as they say. */
const now = Date.parse(runs[0]?.finishedAt ?? "") + (registries.items[0]?.ageSeconds ?? 0) * 1000

const versions = changes.items
const end = versions.at(-1)

const key = ({ id, registry }: { readonly id: string; readonly registry: string }) => `${registry}/${id}`

const found = <A>(value: A | undefined, kind: ProblemName, what: string): A => {
  if (value === undefined) throw new Refused(kind, `${what} is known here.`)
  return value
}

const historyOf = (place: { readonly id: string; readonly registry: string }) => {
  const history = versions.filter((version) => key(version) === key(place))
  found(history[0], "trial-not-found", `No trial ${place.id} of the registry ${place.registry}`)
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
  if (!/^\d{1,4}$/.test(cursor)) throw wrong("invalid-cursor", "is not a cursor of this list", "cursor")
  const next = Number(cursor) + limit
  return {
    items: all.slice(Number(cursor), next),
    total: { value: all.length, relation: "eq" as const },
    nextCursor: next < all.length ? String(next) : null
  }
}

type Filter = Omit<DecodedOf<CallsById["recentTrials"], "query">, "days" | "fields" | "limit" | "cursor">

/** Each trial as it is now, in the order of the feed. */
const trials = versions
  .filter((version) => !versions.some((later) => later.seq > version.seq && key(later) === key(version)))
  .map(({ trial }) => trial)

const keys = new Map(trials.map((trial) => [trial, keysOf({ ...trial, content: trial })]))

/** The term of each coded filter, as the API finds it among its trials. */
const codedOf = (filter: Filter) =>
  Object.fromEntries(
    codedFields.flatMap((field) => {
      const word = filter[field]
      if (word === undefined) return []
      const { code, text } = codedTerms(field, word)
      const isKnown = text !== null && [...keys.values()].some(({ terms }) => terms.has(text.term))
      const term = code ?? (isKnown ? text : null)
      if (term === null)
        throw wrong("unknown-code", `is unknown here: the codes are ${codes[field].join(", ")}`, field)
      return [[field, term]]
    })
  )

const matching = (filter: Filter) => {
  const isHit = isSought(soughtBy(filter, codedOf(filter)), filter.missing === true)
  return trials.filter((trial) => isHit(trial, keys.get(trial)))
}

type Changed = DecodedOf<CallsById["changesSummary"], "query">

/** The changes that are wanted, in the order of the feed. */
const changesOf = ({ field, id, kind, mass, silent, since, until, ...filter }: Changed) => {
  const wanted = new Set(matching(filter).map(key))
  if (id !== undefined && filter.registry === undefined)
    throw wrong("invalid-parameters", "goes with registry", "id")
  return versions.filter(
    (version) =>
      (id === undefined || version.id === id) &&
      wanted.has(key(version)) &&
      (since === undefined || version.observedAt >= since) &&
      (until === undefined || version.observedAt <= until) &&
      (kind === undefined || version.kind === kind) &&
      (silent === undefined || version.silent === silent) &&
      (mass === undefined || version.mass === mass) &&
      (field === undefined ||
        version.changes.some((change) => [field, editedField(field)].includes(change.field)))
  )
}

const chosen =
  (fields: ReadonlyArray<string> = listed) =>
  (trial: Trial): Summary =>
    // Without `fields` it has every field of the summary.
    Object.fromEntries(
      Object.entries(trial).filter(([name]) => ["registry", "id", ...fields].includes(name))
    ) as unknown as Summary

const facetsOf = (names: ReadonlyArray<FacetName>, hits: ReadonlyArray<Trial>): Facets => ({
  counted: hits.length,
  complete: true,
  fields: Object.fromEntries(names.map((name) => [name, countedBy(name, hits)]))
})

const valuesOf: Readonly<Record<FacetName, (trial: Trial) => string | null | ReadonlyArray<string>>> = {
  registry: ({ registry }) => registry,
  department: ({ department }) => department,
  studyType: ({ studyType }) => studyType,
  phase: ({ phases }) => phases,
  status: ({ status }) => status,
  institution: ({ leadInstitution }) => leadInstitution,
  sponsorClass: ({ sponsorClass }) => sponsorClass,
  condition: ({ conditions }) => conditions,
  country: ({ countries }) => countries
}

const countedBy = (name: FacetName, hits: ReadonlyArray<Trial>) => {
  const counts = new Map<string | null, number>()
  for (const hit of hits) {
    const values = [valuesOf[name](hit)].flat()
    for (const value of values.length === 0 ? [null] : new Set(values))
      counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count)
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
  trials: (_, { cursor, facets, fields, limit, sort, ...filter }) => {
    const hits = orders[sort](matching(filter))
    const page = pageOf(hits.map(chosen(fields)), { limit, ...(cursor === undefined ? {} : { cursor }) })
    return facets === undefined ? page : { ...page, facets: facetsOf(facets, hits) }
  },
  recentTrials: (_, { cursor, days, fields, limit, ...filter }) => {
    const since = new Date(now - days * 86_400_000).toISOString()
    const recent = matching(filter).filter(({ updatedAt }) => updatedAt >= since)
    return pageOf(newestFirst(recent).map(chosen(fields)), {
      limit,
      ...(cursor === undefined ? {} : { cursor })
    })
  },
  trial: (place, { asOf }) =>
    found(
      historyOf(place).find(({ observedAt }) => asOf === undefined || observedAt <= asOf),
      "trial-not-found",
      `No version of ${place.id} at ${asOf ?? "any time"}`
    ).trial,
  trialHistory: (place, query) => pageOf(historyOf(place), query),
  trialDiff: (place, { from, to }) => {
    const history = historyOf(place)
    const [one, other] = [from, to].map((wanted) =>
      found(
        history.find(({ version }) => version === wanted),
        "version-not-found",
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
    if (sought === "") throw wrong("invalid-parameters", "must have a letter or a digit", "identifier")
    const items = trials
      .filter(({ id }) => normalized(id) === sought)
      .map((trial) => ({ kind: "own" as const, identifier: trial.id, trial: summaryOf(trial) }))
    return { identifier: sought, items, total: { value: items.length, relation: "eq" } }
  },
  changes: (_, { after: position, cursor, limit, order, ...wanted }) => {
    const gone = flawOf(
      position,
      end,
      versions.find(({ seq }) => seq === seqOf(position))
    )
    if (gone !== null) throw wrong("position-gone", gone.message, "after")
    const items = changesOf(wanted).filter(({ seq }) => seq > seqOf(position))
    const nextAfter = end === undefined ? "0" : after(end)
    if (order === "newest") {
      const { items: page, nextCursor } = pageOf(items.toReversed(), {
        limit,
        ...(cursor === undefined ? {} : { cursor })
      })
      return { items: page, nextAfter, nextCursor }
    }
    if (cursor !== undefined)
      throw wrong("invalid-parameters", "goes with order=newest; the feed is followed by after", "cursor")
    const page = items.slice(0, limit)
    const last = page.length < items.length ? page.at(-1) : end
    return { items: page, nextAfter: last === undefined ? "0" : after(last), nextCursor: null }
  },
  changesSummary: (_, wanted) => countedOf(changesOf(wanted)),
  registries: () => registries,
  registryQuality: ({ registry }) =>
    found(
      registry === quality.registry ? quality : undefined,
      "registry-not-found",
      `No registry ${registry}`
    ),
  runs: (_, { registry, ...page }) =>
    pageOf(runs.filter((run) => registry === undefined || run.registry === registry).map(runSummaryOf), page),
  run: ({ id }) =>
    found(
      runs.find(({ runId }) => runId === id),
      "run-not-found",
      `No run ${id}`
    )
}
