import { Data } from "effect"
import { STATUS_CODES } from "node:http"
import type { DatabaseError, DatabaseReason } from "trials-database/DatabaseError"
import type { InvalidCursor } from "trials-domain/Cursor"
import type { PositionGone } from "trials-domain/FeedPosition"
import type { InvalidRequest } from "trials-domain/InvalidRequest"
import type { RegistryNotFound } from "trials-domain/RegistryNotFound"
import type { RunNotFound } from "trials-domain/RunQueries"
import type { UnknownWord } from "trials-domain/CodedFilter"
import type { TrialNotFound } from "trials-domain/TrialQueries"
import type { VersionNotFound } from "trials-domain/VersionQueries"
import type { ParameterError, Problem } from "trials-contract"

/** The answer took too long. */
export class TooSlow extends Data.TaggedError("TooSlow") {}

/** Too many answers are in hand. */
export class TooBusy extends Data.TaggedError("TooBusy") {}

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

/** Problem details of a status; `instance` is the requested path. */
export const problem = (
  status: number,
  detail: string,
  instance: string,
  errors?: ReadonlyArray<ParameterError>
): Problem => ({
  type: "about:blank",
  title: STATUS_CODES[status] ?? "Error",
  status,
  detail,
  instance,
  ...(errors === undefined ? {} : { errors })
})

const tooSlow = "The answer took too long. Ask for less, or later."
const tooBusy = "Too many answers are being read. Ask again later."

// The operator's log names the file or server.
const unavailable = (reason: DatabaseReason): string => {
  switch (reason) {
    case "missing":
    case "no-schema":
      return "There is no database yet. A first run makes one; this API then opens it by itself."
    case "older":
      return "The database has an older schema. Run `trials migrate`; this API then opens it by itself."
    case "timeout":
      return tooSlow
    case "connections":
      return tooBusy
    case "permission":
      return "The database does not let this API read all of it. `trials migrate --grants` prints what it needs."
    case "newer":
      return "The database was migrated by a newer version of this program. Install that version, and start its API."
    default:
      return "The database cannot be read at the moment. This API opens it again by itself."
  }
}

/** The refusals of an answer that may fail with `E`: 410 is of the feed alone. */
export type Refused<E extends AnswerError = AnswerError> =
  | { readonly status: 400; readonly body: Problem }
  | { readonly status: 404; readonly body: Problem }
  | { readonly status: 503; readonly body: Problem }
  | (E extends PositionGone ? { readonly status: 410; readonly body: Problem } : never)

/** The refusal for a failed answer. */
export const refuse = (error: AnswerError, instance: string): Refused => {
  switch (error._tag) {
    case "InvalidRequest": {
      const errors = error.issues.map(({ detail, path }) => ({
        // Filters are parameters of their own.
        parameter: path.split(".").at(-1) ?? path,
        detail
      }))
      return { status: 400, body: problem(400, error.message, instance, errors) }
    }
    case "InvalidCursor":
      return {
        status: 400,
        body: problem(400, error.message, instance, [{ parameter: "cursor", detail: error.message }])
      }
    case "UnknownWord":
      return {
        status: 400,
        body: problem(400, error.message, instance, [{ parameter: error.filter, detail: error.message }])
      }
    case "TrialNotFound":
    case "VersionNotFound":
    case "RunNotFound":
    case "RegistryNotFound":
      return { status: 404, body: problem(404, error.message, instance) }
    case "PositionGone":
      return {
        status: 410,
        body: problem(410, error.message, instance, [{ parameter: "after", detail: error.message }])
      }
    case "DatabaseError":
      return { status: 503, body: problem(503, unavailable(error.reason), instance) }
    case "TooSlow":
      return { status: 503, body: problem(503, tooSlow, instance) }
    case "TooBusy":
      return { status: 503, body: problem(503, tooBusy, instance) }
  }
}
