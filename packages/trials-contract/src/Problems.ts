/**
 * The kinds of refusals: what the `type` of a problem may be. This table is what the API refuses by, what it serves at
 * `/problems`, and what docs/errors.md is written from. It loads no schema.
 *
 * @module
 */

/** A kind of refusal. */
export interface ProblemKind {
  readonly status: number
  readonly title: string
  /** What it means. */
  readonly means: string
  /** What whoever asked can do. */
  readonly remedy: string
}

/** The kinds of refusals, by name. */
export const problems = {
  "invalid-parameters": {
    status: 400,
    title: "Invalid parameters",
    means: "A parameter is unknown, given twice, or has a value that it cannot have.",
    remedy: "Correct what `errors` names, one by one. /openapi.json has every parameter."
  },
  "invalid-cursor": {
    status: 400,
    title: "Invalid cursor",
    means: "The cursor was changed, or belongs to another list: other filters, or another order.",
    remedy: "Take `nextCursor` as it is, with the parameters of its list, or begin again without a cursor."
  },
  "unknown-code": {
    status: 400,
    title: "Unknown coded value",
    means: "A filter takes codes, or a registry's own words of some stored trial, and the value is neither.",
    remedy: "Take a code that `detail` names."
  },
  "malformed-request": {
    status: 400,
    title: "Malformed request",
    means: "It is not an HTTP request, or its address or its headers are not well formed.",
    remedy: "Percent-encode the address, send one Host header, and let a library write the request."
  },
  "path-not-found": {
    status: 404,
    title: "Nothing at this path",
    means: "The API has no such path. Paths are case-sensitive.",
    remedy: "Look up the path at /docs."
  },
  "trial-not-found": {
    status: 404,
    title: "Trial not found",
    means: "No trial of this registry has the id, or had it at the instant of `asOf`.",
    remedy: "Ask /v1/identifiers/{identifier}, which knows former ids and those of other registries too."
  },
  "version-not-found": {
    status: 404,
    title: "Version not found",
    means: "The trial is known, but not this version of it.",
    remedy: "Take a version that its history lists."
  },
  "run-not-found": {
    status: 404,
    title: "Run not found",
    means: "The ledger has no run of this id.",
    remedy: "Take an id that /v1/runs lists."
  },
  "registry-not-found": {
    status: 404,
    title: "Registry not found",
    means: "Neither this program nor its database knows the registry.",
    remedy: "Take a name that /v1/registries lists."
  },
  "method-not-allowed": {
    status: 405,
    title: "Method not allowed",
    means: "The API only reads.",
    remedy: "Use GET, HEAD or OPTIONS, as `Allow` says."
  },
  "request-too-slow": {
    status: 408,
    title: "Request too slow",
    means: "The request did not arrive whole in time.",
    remedy: "Send it again, without pauses."
  },
  "position-gone": {
    status: 410,
    title: "Position gone",
    means: "The feed no longer has the place in `after`: the database was restored to an older state.",
    remedy: "Begin again at `after=0`, or at a change from before the state that was restored."
  },
  "precondition-failed": {
    status: 412,
    title: "Precondition failed",
    means: "The file is not in the state that the request names.",
    remedy: "Ask without If-Match and If-Unmodified-Since."
  },
  "address-too-long": {
    status: 414,
    title: "Address too long",
    means: "An address has at most 8,192 characters.",
    remedy: "Ask for less in one request."
  },
  "range-not-satisfiable": {
    status: 416,
    title: "Range not satisfiable",
    means: "The file has no such range.",
    remedy: "Ask for a range within the length that Content-Range names, or for the whole file."
  },
  "expectation-failed": {
    status: 417,
    title: "Expectation failed",
    means: "Only 100-continue can be expected.",
    remedy: "Leave out the header Expect."
  },
  "rate-limited": {
    status: 429,
    title: "Too many requests",
    means: "This client has sent more requests than it may send in a minute.",
    remedy: "Wait as many seconds as Retry-After says. RateLimit on every answer says how many are left."
  },
  "head-too-long": {
    status: 431,
    title: "Address and headers too long",
    means: "The address and the headers of a request have at most 16 KB together.",
    remedy: "Send fewer or shorter headers; cookies are of no use here."
  },
  "internal-error": {
    status: 500,
    title: "A defect",
    means: "Something failed that should not.",
    remedy: "Report it with the X-Request-Id of the answer, by which its operator finds it in the log."
  },
  "too-busy": {
    status: 503,
    title: "Too busy",
    means: "Too many answers or exports are being read, for this client or in all.",
    remedy: "Ask again after the seconds of Retry-After, with fewer requests at the same time."
  },
  "too-slow": {
    status: 503,
    title: "Too slow",
    means: "The answer was not there in time.",
    remedy: "Ask for less (a smaller limit, more filters), or later."
  },
  "database-missing": {
    status: 503,
    title: "No database yet",
    means: "There is no database, or nothing in it.",
    remedy: "Ask later: the API opens it as soon as a first run has made it."
  },
  "database-older": {
    status: 503,
    title: "Older database",
    means: "The database has the schema of an older version of this program.",
    remedy: "Ask later. Its operator runs `trials migrate`."
  },
  "database-newer": {
    status: 503,
    title: "Newer database",
    means: "The database was migrated by a newer version of this program.",
    remedy: "Ask later. Its operator installs that version."
  },
  "database-permission": {
    status: 503,
    title: "No permission to read",
    means: "The database does not let the API read all of it.",
    remedy: "Ask later. Its operator runs what `trials migrate --grants` prints."
  },
  "database-away": {
    status: 503,
    title: "Database away",
    means: "The database cannot be read at the moment.",
    remedy: "Ask later: the API opens it again by itself."
  },
  stale: {
    status: 503,
    title: "Stale data",
    means: "The last proven run of a registry is older than the operator allows. Only /readyz says so.",
    remedy: "The other paths answer as always. Its operator looks at the runs in the ledger."
  }
} as const satisfies Readonly<Record<string, ProblemKind>>

/** The name of a kind of refusal. */
export type ProblemName = keyof typeof problems

/** The names of all kinds, in the order of their statuses. */
export const problemNames = Object.keys(problems) as ReadonlyArray<ProblemName> // the table's own keys

/** The address of a kind, below that of the API: the `type` of its problems, or the end of it. */
export const typeOf = (name: ProblemName): string => `/problems/${name}`

/**
 * The kind that the `type` of a problem names, whether it is relative or begins with the address of a server; undefined where it
 * names none that is known here.
 */
export const nameOf = (type: string): ProblemName | undefined =>
  problemNames.find((name) => type.endsWith(typeOf(name)))

/** A kind as a section of Markdown. */
export const sectionOf = (name: ProblemName): string => {
  const { means, remedy, status, title }: ProblemKind = problems[name]
  return `## ${name}\n\n${status}, ${title}. ${means}\n\n${remedy}\n`
}
