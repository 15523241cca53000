import type { ParameterError, ProblemName } from "trials-contract"
import type { UnknownWord } from "trials-domain/CodedFilter"
import type { InvalidCursor } from "trials-domain/Cursor"
import type { PositionGone } from "trials-domain/FeedPosition"
import type { InvalidRequest } from "trials-domain/InvalidRequest"
import type { RegistryNotFound } from "trials-domain/RegistryNotFound"
import type { RunNotFound } from "trials-domain/RunQueries"
import type { TrialNotFound } from "trials-domain/TrialQueries"
import type { VersionNotFound } from "trials-domain/VersionQueries"

/** Why a question cannot be answered, whatever the database. */
export type QuestionError =
  | InvalidRequest
  | InvalidCursor
  | PositionGone
  | UnknownWord
  | TrialNotFound
  | VersionNotFound
  | RunNotFound
  | RegistryNotFound

/** What a refusal says: its kind, what to do, and what is wrong with each parameter. */
export interface Refusal {
  readonly kind: ProblemName
  readonly detail: string
  readonly errors?: ReadonlyArray<ParameterError>
}

const notFound = {
  TrialNotFound: "trial-not-found",
  VersionNotFound: "version-not-found",
  RunNotFound: "run-not-found",
  RegistryNotFound: "registry-not-found"
} as const

const ofParameter = (kind: ProblemName, detail: string, parameter: string): Refusal => ({
  kind,
  detail,
  errors: [{ parameter, detail }]
})

/** What a refusal says of a question that cannot be answered. */
export const refusalOf = (error: QuestionError): Refusal => {
  switch (error._tag) {
    case "InvalidRequest":
      return {
        kind: "invalid-parameters",
        detail: error.message,
        // Filters are parameters of their own.
        errors: error.issues.map(({ detail, path }) => ({
          parameter: path.split(".").at(-1) ?? path,
          detail
        }))
      }
    case "InvalidCursor":
      return ofParameter("invalid-cursor", error.message, "cursor")
    case "UnknownWord":
      return ofParameter("unknown-code", error.message, error.filter)
    case "PositionGone":
      return ofParameter("position-gone", error.message, "after")
    default:
      return { kind: notFound[error._tag], detail: error.message }
  }
}
