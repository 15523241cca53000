import { stripVTControlCharacters } from "node:util"
import type { ValidationError } from "@effect/cli/ValidationError"
import * as HelpDoc from "@effect/cli/HelpDoc"
import type { MigrationError } from "@effect/sql/Migrator"
import type { SqlError } from "@effect/sql/SqlError"
import { Cause, ConfigError, Data, Option, type ParseResult } from "effect"
import { type DatabaseError, fromCause, fromSqlError, isConfiguration } from "trials-database/DatabaseError"
import { settingNames } from "trials-database/Names"
import type { ReleaseError } from "trials-release"
import type { InvalidCursor } from "trials-domain/Cursor"
import type { PositionGone } from "trials-domain/FeedPosition"
import type { LeaseHeld, LeaseLost } from "trials-domain/Lease"
import type { SchemaMismatch } from "trials-domain/Migrations"
import type { InvalidRequest } from "trials-domain/InvalidRequest"
import type { InvalidRegistry } from "trials-domain/Registry"
import type { RegistryNotFound } from "trials-domain/RegistryNotFound"
import type { RunNotFound } from "trials-domain/RunQueries"
import type { UnknownWord } from "trials-domain/CodedFilter"
import type { StagingNotAttached } from "trials-domain/StagingNotAttached"
import type { TrialNotFound } from "trials-domain/TrialQueries"
import type { UpstreamError } from "trials-domain/UpstreamError"
import type { WithinTransaction } from "trials-domain/WithinTransaction"
import { explain } from "trials-domain/Environment"

/** The exit codes, as `trials --help` lists them. */
export const exits = {
  done: 0,
  defect: 1,
  configuration: 2,
  quarantined: 3,
  failed: 4,
  held: 5,
  storage: 6,
  found: 7,
  SIGINT: 130,
  SIGTERM: 143
} as const

/** The exit codes of a run, the worst first: those that need a person before those that pass by themselves. */
const byHarm = [
  exits.defect,
  exits.storage,
  exits.configuration,
  exits.held,
  exits.quarantined,
  exits.failed,
  exits.done
] as const

/** The worst of some exit codes; 0 of none. */
export const worst = (some: ReadonlyArray<number>): number =>
  some.find((exit) => !byHarm.some((each) => each === exit)) ??
  byHarm.find((exit) => some.includes(exit)) ??
  exits.done

/** A command that has already reported everything, and ends with an exit code other than 0. */
export class Ended extends Data.TaggedError("Ended")<{ readonly exit: number }> {}

/** Options that do not go together, or that need something that is missing. */
export class Misuse extends Data.TaggedError("Misuse")<{ readonly message: string }> {}

/** A file cannot be written: the disk is full, or it may not be there. */
export class CannotWrite extends Data.TaggedError("CannotWrite")<{ readonly message: string }> {}

/** Everything that a command may fail with. */
export type CommandError =
  | Ended
  | Misuse
  | CannotWrite
  | ValidationError
  | ConfigError.ConfigError
  | DatabaseError
  | SchemaMismatch
  | MigrationError
  | SqlError
  | ParseResult.ParseError
  | UpstreamError
  | LeaseHeld
  | LeaseLost
  | StagingNotAttached
  | WithinTransaction
  | InvalidCursor
  | PositionGone
  | RegistryNotFound
  | RunNotFound
  | TrialNotFound
  | UnknownWord
  | InvalidRequest
  | InvalidRegistry
  | ReleaseError

/** The report of a failure: a code for programs, a message for a person, an exit code for the shell. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly exit: number
}

const configuration = (code: string, message: string): Failure => ({
  code,
  message,
  exit: exits.configuration
})

const defect: Failure = {
  code: "defect",
  message:
    "The program failed in a way that it should not. TRIALS_LOG_LEVEL=debug shows where; please report it.",
  exit: exits.defect
}

const ofDatabase = ({ message, reason }: DatabaseError): Failure =>
  isConfiguration(reason) ? configuration(reason, message) : { code: reason, message, exit: exits.storage }

const ofRelease: Record<ReleaseError["reason"], number> = {
  none: exits.found,
  damaged: exits.found,
  forked: exits.found,
  ahead: exits.found,
  unproven: exits.found,
  newer: exits.configuration,
  older: exits.configuration,
  taken: exits.configuration,
  refused: exits.configuration,
  unreachable: exits.failed,
  storage: exits.storage
}

const ofError = (error: Exclude<CommandError, Ended>): Failure => {
  if (ConfigError.isConfigError(error)) return configuration("setting", explain(error))
  switch (error._tag) {
    case "Misuse":
    case "InvalidRequest":
    case "InvalidRegistry":
    case "UnknownWord":
      return configuration("usage", error.message)
    case "CannotWrite":
      return { code: "storage", message: error.message, exit: exits.storage }
    case "DatabaseError":
      return ofDatabase(error)
    case "SqlError":
      return ofDatabase(fromSqlError(error, settingNames))
    case "MigrationError":
      return ofDatabase(fromCause(error.cause, settingNames))
    case "SchemaMismatch":
      return configuration("schema", error.message)
    case "UpstreamError":
      return error.wantsPerson
        ? configuration(error.reason, error.message)
        : { code: error.reason, message: error.message, exit: exits.failed }
    case "ReleaseError":
      return { code: error.reason, message: error.message, exit: ofRelease[error.reason] }
    case "LeaseHeld":
      return { code: "lease-held", message: ofLease(error), exit: exits.held }
    case "LeaseLost":
      return { code: "lease-lost", message: error.message, exit: exits.held }
    case "PositionGone":
      return configuration("gone", error.message)
    case "TrialNotFound":
      return configuration(
        "not-found",
        `${error.message} \`trials find\` takes any spelling and any number of it, and looks in every registry.`
      )
    case "RunNotFound":
      return configuration("not-found", error.message)
    case "RegistryNotFound":
      return configuration("unknown-registry", error.message)
    case "InvalidCursor":
    case "StagingNotAttached":
    case "WithinTransaction":
    case "ParseError":
      return defect
    default:
      return configuration("usage", ofUsage(error))
  }
}

const ofLease = ({ registry, runId }: LeaseHeld): string =>
  `Another run (${runId}) works on ${registry}. Wait for it to end; \`trials runs list\` shows it.`

const ofUsage = (error: ValidationError): string => {
  const text = stripVTControlCharacters(HelpDoc.toAnsiText(error.error)).trim().replace(/\s+/g, " ")
  return `${text}${/[.!?]$/.test(text) ? "" : "."} See --help.`
}

/** The report of a command that did not succeed; null if the command has reported everything itself. */
export const ofCause = (
  cause: Cause.Cause<CommandError>,
  signal: "SIGINT" | "SIGTERM" | undefined
): Failure | null => {
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  if (error?._tag === "Ended") return null
  if (error !== undefined) return ofError(error)
  if (signal !== undefined && Cause.isInterrupted(cause)) {
    return { code: "interrupted", message: "Stopped; nothing half-done was kept.", exit: exits[signal] }
  }
  return defect
}

/** The exit code of a command that did not succeed. */
export const exitOf = (cause: Cause.Cause<CommandError>, failure: Failure | null): number => {
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  return failure?.exit ?? (error?._tag === "Ended" ? error.exit : exits.defect)
}
