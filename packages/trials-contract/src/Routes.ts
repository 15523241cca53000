/**
 * Where each call of the API is found. The client loads this table and no schema; the contract adds the schemas to it.
 *
 * @module
 */

/** A call: its path, its operation id, and the statuses by which it alone refuses. */
export interface Route {
  readonly method: "GET"
  readonly path: string
  readonly operationId: string
  readonly alsoRefuses?: ReadonlyArray<number>
}

/** The calls of the API, in groups. */
export const routes = {
  trials: {
    list: { method: "GET", path: "/v1/trials", operationId: "trials" },
    recent: { method: "GET", path: "/v1/trials/recent", operationId: "recentTrials" },
    get: { method: "GET", path: "/v1/trials/:registry/:id", operationId: "trial" },
    history: { method: "GET", path: "/v1/trials/:registry/:id/history", operationId: "trialHistory" },
    diff: { method: "GET", path: "/v1/trials/:registry/:id/diff", operationId: "trialDiff" },
    related: { method: "GET", path: "/v1/trials/:registry/:id/related", operationId: "trialRelated" }
  },
  identifiers: {
    get: { method: "GET", path: "/v1/identifiers/:identifier", operationId: "identifier" }
  },
  changes: {
    list: { method: "GET", path: "/v1/changes", operationId: "changes", alsoRefuses: [410] },
    summary: { method: "GET", path: "/v1/changes/summary", operationId: "changesSummary" }
  },
  registries: {
    list: { method: "GET", path: "/v1/registries", operationId: "registries" },
    quality: { method: "GET", path: "/v1/registries/:registry/quality", operationId: "registryQuality" }
  },
  runs: {
    list: { method: "GET", path: "/v1/runs", operationId: "runs" },
    get: { method: "GET", path: "/v1/runs/:id", operationId: "run" }
  }
} as const satisfies Readonly<Record<string, Readonly<Record<string, Route>>>>

/** The exports: a file of each format. They are downloads, and no calls of the client. */
export const exportRoutes = {
  csv: { method: "GET", path: "/v1/export.csv", operationId: "exportCsv" },
  ndjson: { method: "GET", path: "/v1/export.ndjson", operationId: "exportNdjson" },
  parquet: { method: "GET", path: "/v1/export.parquet", operationId: "exportParquet" }
} as const satisfies Readonly<Record<string, Route>>

/** Answers that are texts of another form: what a feed reader follows, and what a spreadsheet opens. */
export const textRoutes = {
  atom: { method: "GET", path: "/v1/changes.atom", operationId: "changesAtom" },
  history: { method: "GET", path: "/v1/trials/:registry/:id/history.csv", operationId: "trialHistoryCsv" }
} as const satisfies Readonly<Record<string, Route>>

type Table = typeof routes
type RouteIn<Group> = Group[keyof Group]

/** One of the API's calls. */
export type Operation = { readonly [Group in keyof Table]: RouteIn<Table[Group]> }[keyof Table]

/** The name of a call, unique in the API. */
export type OperationId = Operation["operationId"]

/** The statuses by which any call may refuse. */
export const refusals = [400, 404, 405, 408, 414, 417, 429, 431, 500, 503] as const

/** The content type of an answer. */
export const answerType = "application/json"

/** The content type of a refusal. */
export const problemType = "application/problem+json"

/** The content type of the feed with one change on each line. */
export const ndjsonType = "application/x-ndjson"

/** The content type of each text. */
export const textTypes = {
  atom: "application/atom+xml; charset=utf-8",
  history: "text/csv; charset=utf-8"
} as const satisfies Readonly<Record<keyof typeof textRoutes, string>>

/** The content type of each export. */
export const exportTypes = {
  csv: "text/csv; charset=utf-8",
  ndjson: ndjsonType,
  parquet: "application/vnd.apache.parquet"
} as const satisfies Readonly<Record<keyof typeof exportRoutes, string>>
