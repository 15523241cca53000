import { Data } from "effect"
import { type QuestionError, type Refusal, refusalOf } from "trials-answers"
import type { DatabaseError, DatabaseReason } from "trials-database/DatabaseError"
import type { PositionGone } from "trials-domain/FeedPosition"
import { type ParameterError, type Problem, type ProblemName, problems, typeOf } from "trials-contract"

/** The answer took too long. */
export class TooSlow extends Data.TaggedError("TooSlow") {}

/** Too many answers are in hand. */
export class TooBusy extends Data.TaggedError("TooBusy") {}

/** Too many exports are being sent. */
export class ExportsBusy extends Data.TaggedError("ExportsBusy") {}

/** Everything that an answer may fail with. */
export type AnswerError = QuestionError | DatabaseError | TooSlow | TooBusy | ExportsBusy

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
const unavailable = (reason: DatabaseReason): Refusal & { readonly kind: Unavailable } => {
  switch (reason) {
    case "missing":
    case "no-schema":
      return {
        kind: "database-missing",
        detail: "There is no database yet. A first run makes one; this API then opens it by itself."
      }
    case "older":
      return {
        kind: "database-older",
        detail: "The database has an older schema. Run `trials migrate`; this API then opens it by itself."
      }
    case "timeout":
      return { kind: "too-slow", detail: tooSlow }
    case "connections":
      return { kind: "too-busy", detail: tooBusy }
    case "permission":
      return {
        kind: "database-permission",
        detail:
          "The database does not let this API read all of it. `trials migrate --grants` prints what it needs."
      }
    case "newer":
      return {
        kind: "database-newer",
        detail:
          "The database was migrated by a newer version of this program. Install that version, and start its API."
      }
    default:
      return {
        kind: "database-away",
        detail: "The database cannot be read at the moment. This API opens it again by itself."
      }
  }
}

/** The refusals of an answer that may fail with `E`: 410 is of the feed alone. */
export type Refused<E extends AnswerError = AnswerError> =
  | { readonly status: 400; readonly body: Problem }
  | { readonly status: 404; readonly body: Problem }
  | { readonly status: 503; readonly body: Problem }
  | (E extends PositionGone ? { readonly status: 410; readonly body: Problem } : never)

/** What a failed answer says. */
export const saidOf = (error: AnswerError): Refusal => {
  switch (error._tag) {
    case "DatabaseError":
      return unavailable(error.reason)
    case "TooSlow":
      return { kind: "too-slow", detail: tooSlow }
    case "TooBusy":
      return { kind: "too-busy", detail: tooBusy }
    case "ExportsBusy":
      return { kind: "too-busy", detail: exportsBusy }
    default:
      return refusalOf(error)
  }
}

/** The refusal for a failed answer. */
export const refuse = (error: AnswerError, instance: string): Refused => {
  const { detail, errors, kind } = saidOf(error)
  const body = problem(kind, detail, instance, errors)
  return { status: body.status, body } as Refused // the status is its body's own
}
