/**
 * What the OpenAPI document shows as examples: values of parameters, and answers of the mock. Nothing loads this module at
 * run time.
 *
 * @module
 */
import { createTrialsClient } from "./client/index.js"
import type { BodyOf, CallsById } from "./client/Calls.js"
import { createMock } from "./mock/index.js"
import type { Problem } from "./Problem.js"
import type { OperationId, refusals } from "./Routes.js"
import { strict } from "./validate.js"

/** Texts for parameters whose schema names no value. */
const words: Readonly<Record<string, string>> = {
  q: "치매",
  title: "한국인",
  department: "cardiology",
  institution: "서울아산병원",
  studyType: "observational",
  phase: "3",
  observationalModel: "cohort",
  scope: "multi-center",
  sponsor: "서울아산병원",
  condition: "dementia",
  intervention: "aspirin",
  status: "recruiting",
  sponsorClass: "industry",
  country: "KR",
  id: "C130010",
  cursor: "MTFmMzU2MjlbMTIxXQ"
}

interface ParameterSchema {
  readonly type?: unknown
  readonly examples?: ReadonlyArray<unknown>
  readonly default?: unknown
  readonly enum?: ReadonlyArray<unknown>
}

/** A value of a parameter; undefined where none is known. */
export const parameterExample = (name: string, schema: ParameterSchema): unknown =>
  [schema.examples?.[0], words[name], schema.default, schema.enum?.[0]].find(
    (value) => value !== undefined
  ) ?? (schema.type === "boolean" ? true : undefined)

const mock = createMock()
const { orThrow } = createTrialsClient("", { fetch: mock.fetch, validate: strict })
const params = { registry: "kdca", id: "C130010" }
const query = { limit: 1 }

const trials = await orThrow.trials.list({ query: { ...query, q: "치매" } })
const runs = await orThrow.runs.list({ query })
const changes = await orThrow.changes.list({ query: { ...query, kind: "edited" } })

// The mock has one registry, so it knows no trial twice.
const related: BodyOf<CallsById["trialRelated"]> = {
  registry: "ctgov",
  id: "NCT01234567",
  items: trials.items.map((trial) => ({
    trial,
    links: [{ identifier: "2014-001234-12", kind: "eudract", assertedBy: "both" }],
    disagreements: [{ field: "enrollment", this: 150, other: trial.enrollment }]
  }))
}

/** An answer to each call. */
export const answers: { readonly [Id in OperationId]: BodyOf<CallsById[Id]> } = {
  trials,
  recentTrials: await orThrow.trials.recent({ query }),
  trial: await orThrow.trials.get({ params }),
  trialHistory: await orThrow.trials.history({ params, query }),
  trialDiff: await orThrow.trials.diff({ params, query: { from: 1, to: 2 } }),
  trialRelated: related,
  identifier: await orThrow.identifiers.get({ params: { identifier: params.id } }),
  changes,
  changesSummary: await orThrow.changes.summary(),
  registries: await orThrow.registries.list(),
  registryQuality: await orThrow.registries.quality({ params }),
  runs,
  run: await orThrow.runs.get({ params: { id: runs.items[0]?.runId ?? "" } })
}

/** The answer of the feed with a change on each line. */
export const lines = changes.items.map((item) => `${JSON.stringify(item)}\n`).join("")

const [trial] = trials.items

/** The beginning of each export. */
export const exported = {
  csv: `registry,id,title\r\n${trial?.registry},${trial?.id},${trial?.title}\r\n`,
  ndjson: `${JSON.stringify(trial)}\n`,
  parquet: "PAR1…"
}

/** The beginning of each text. */
export const texts = {
  atom: '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n',
  history:
    "version,seq,kind,silent,observedAt,field,from,to\r\n2,145,edited,false,2026-11-05T18:00:00.000Z,enrollment,100,120\r\n"
}

type Refusal = (typeof refusals)[number] | 410

/** What each refusal means, and what to do. */
export const meanings: Readonly<Record<Refusal, string>> = {
  400: "A parameter is wrong, unknown or given twice, or the address is not one: `errors` names each parameter.",
  404: "Nothing is known here of what the path names, or there is no such path.",
  405: "This API only reads.",
  408: "The request took too long to arrive. Send it again.",
  410: "The feed no longer has the position in `after`. Begin again at `0`, or at a change from before the state that was restored.",
  414: "The address is too long. Ask for less.",
  417: "The request expects (`Expect`) what this API does not do. Send it without.",
  429: "Too many requests. Ask again after the seconds of `Retry-After`.",
  431: "The headers are too large. Send fewer.",
  500: "Something failed here that should not. `X-Request-Id` names it in the log of the API.",
  503: "There is no answer for now: too much is asked, the database is away, or it took too long. Ask again after the seconds of `Retry-After`."
}

const paths: Readonly<Record<number, readonly [path: string, method?: string]>> = {
  400: ["/v1/trials?limit=0"],
  404: ["/v1/trials/kdca/C999999"],
  405: ["/v1/trials", "POST"],
  410: ["/v1/changes?after=5000"]
}

/** A refusal with each status. Where the mock does not come to refuse so by itself, it says what the refusal means. */
export const problemExample = async (status: Refusal): Promise<Problem> => {
  const [path, method = "GET"] = paths[status] ?? ["/v1/trials"]
  const asked = paths[status] === undefined ? createMock({ refuse: () => status }) : mock
  const problem: Problem = await (await asked.fetch(path, { method })).json()
  return paths[status] === undefined ? { ...problem, detail: meanings[status].replaceAll("`", "") } : problem
}
