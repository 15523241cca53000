import { Data } from "effect"
import type { DatabaseError, DatabaseReason } from "trials-database/DatabaseError"
import type { InvalidCursor } from "trials-domain/Cursor"
import type { PositionGone } from "trials-domain/FeedPosition"
import type { InvalidRequest } from "trials-domain/InvalidRequest"
import type { RegistryNotFound } from "trials-domain/RegistryNotFound"
import type { RunNotFound } from "trials-domain/RunQueries"
import type { UnknownWord } from "trials-domain/CodedFilter"
import type { TrialNotFound } from "trials-domain/TrialQueries"
import type { VersionNotFound } from "trials-domain/VersionQueries"
import { type ParameterError, type Problem, type ProblemName, problems, typeOf } from "trials-contract"

/** The answer took too long. */
export class TooSlow extends Data.TaggedError("TooSlow") {}

/** Too many answers are in hand. */
export class TooBusy extends Data.TaggedError("TooBusy") {}

/** Too many exports are being sent. */
export class ExportsBusy extends Data.TaggedError("ExportsBusy") {}

/** Everything that an answer may fail with. */
export type AnswerError =
  | InvalidRequest
  | InvalidCursor
  | PositionGone
  | UnknownWord
  | TrialNotFound
  | VersionNotFound
  | RunNotFound
  | RegistryNotFound
  | DatabaseError
  | TooSlow
  | TooBusy
  | ExportsBusy

/** Problem details of a kind; `instance` is the requested path. */
export const problem = <Name extends ProblemName>(
  name: Name,
  detail: string,
  instance: string,
  errors?: ReadonlyArray<ParameterError>
): Problem & { readonly status: (typeof problems)[Name]["status"] } => ({
  type: typeOf(name),
  title: problems[name].title,
  status: problems[name].status,
  detail,
  instance,
  ...(errors === undefined ? {} : { errors })
})

const tooSlow = "The answer took too long. Ask for less, or later."
const tooBusy = "Too many answers are being read. Ask again later."
const exportsBusy =
  "A client has one export at a time, and all together have few. Ask again when yours has ended, or later."

type Unavailable = {
  readonly [Name in ProblemName]: (typeof problems)[Name]["status"] extends 503 ? Name : never
}[ProblemName]

// The operator's log names the file or server.
const unavailable = (reason: DatabaseReason): readonly [name: Unavailable, detail: string] => {
  switch (reason) {
    case "missing":
    case "no-schema":
      return [
        "database-missing",
        "There is no database yet. A first run makes one; this API then opens it by itself."
      ]
    case "older":
      return [
        "database-older",
        "The database has an older schema. Run `trials migrate`; this API then opens it by itself."
      ]
    case "timeout":
      return ["too-slow", tooSlow]
    case "connections":
      return ["too-busy", tooBusy]
    case "permission":
      return [
        "database-permission",
        "The database does not let this API read all of it. `trials migrate --grants` prints what it needs."
      ]
    case "newer":
      return [
        "database-newer",
        "The database was migrated by a newer version of this program. Install that version, and start its API."
      ]
    default:
      return [
        "database-away",
        "The database cannot be read at the moment. This API opens it again by itself."
      ]
  }
}

/** The refusals of an answer that may fail with `E`: 410 is of the feed alone. */
export type Refused<E extends AnswerError = AnswerError> =
  | { readonly status: 400; readonly body: Problem }
  | { readonly status: 404; readonly body: Problem }
  | { readonly status: 503; readonly body: Problem }
  | (E extends PositionGone ? { readonly status: 410; readonly body: Problem } : never)

const notFound = {
  TrialNotFound: "trial-not-found",
  VersionNotFound: "version-not-found",
  RunNotFound: "run-not-found",
  RegistryNotFound: "registry-not-found"
} as const

/** The problem of a failed answer. */
const problemOf = (error: AnswerError, instance: string) => {
  switch (error._tag) {
    case "InvalidRequest": {
      const errors = error.issues.map(({ detail, path }) => ({
        // Filters are parameters of their own.
        parameter: path.split(".").at(-1) ?? path,
        detail
      }))
      return problem("invalid-parameters", error.message, instance, errors)
    }
    case "InvalidCursor":
      return problem("invalid-cursor", error.message, instance, [
        { parameter: "cursor", detail: error.message }
      ])
    case "UnknownWord":
      return problem("unknown-code", error.message, instance, [
        { parameter: error.filter, detail: error.message }
      ])
    case "TrialNotFound":
    case "VersionNotFound":
    case "RunNotFound":
    case "RegistryNotFound":
      return problem(notFound[error._tag], error.message, instance)
    case "PositionGone":
      return problem("position-gone", error.message, instance, [
        { parameter: "after", detail: error.message }
      ])
    case "DatabaseError":
      return problem(...unavailable(error.reason), instance)
    case "TooSlow":
      return problem("too-slow", tooSlow, instance)
    case "TooBusy":
      return problem("too-busy", tooBusy, instance)
    case "ExportsBusy":
      return problem("too-busy", exportsBusy, instance)
  }
}

/** The refusal for a failed answer. */
export const refuse = (error: AnswerError, instance: string): Refused => {
  const body = problemOf(error, instance)
  return { status: body.status, body } as Refused // the status is its body's own
}
