import type { Duration, Redacted } from "effect"
import type { Names } from "./Names.js"

/** Where a database is, and what messages call it. */
export interface DatabaseOptions {
  /** `sqlite:` and a path, or `postgres://…`. It may hold a password; no message repeats it. */
  readonly url: Redacted.Redacted<string>
  /** What messages call the options. Default `optionNames`; a program that reads settings gives theirs. */
  readonly names?: Names
}

/** How connections to PostgreSQL are opened. */
export interface ConnectionOptions {
  /** The name that the server shows for the connections. Default "trials". */
  readonly applicationName?: string
  /** How many connections are opened at most. Default 10. */
  readonly connections?: number
}

/** What a writer does with a database that is not as it should be. */
export interface WritingOptions {
  /** Whether a missing database may be created. Default false. */
  readonly init?: boolean
  /** Whether to bring an older schema up to date on opening. Default true. */
  readonly migrate?: boolean
}

/** How long a reader waits on PostgreSQL. */
export interface ReadingOptions {
  /** The longest that a statement may take. Default 1 second. */
  readonly statementTimeout?: Duration.DurationInput
}

/** What becomes of a database that is filled. */
export interface FillingOptions {
  /** Whether an SQLite file is left as one that can be read where nothing can be written. Default false. */
  readonly sealed?: boolean
}
