/**
 * What a message calls the things that a user has given, and what it tells a user to do. A program knows options and
 * functions, a person at the command line settings and commands.
 */
export interface Names {
  /** What says where the database is. */
  readonly url: string
  /** What says how many connections one process opens at most. */
  readonly connections: string
  /** Who uses the database. */
  readonly user: string
  /** What starts a new database. */
  readonly start: string
  /** What to do about a database without a schema, as a sentence. */
  readonly begin: string
  /** What brings an older schema up to date. */
  readonly migrate: string
  /** What tells the rights that other roles need, with its verb. */
  readonly grants: string
  /** What compares the stored trials with their records. */
  readonly verify: string
  /** What shows the driver's own words. */
  readonly debug: string
}

/** The names for a program that gives options. */
export const optionNames: Names = {
  url: "`url`",
  connections: "`connections`",
  user: "this process",
  start: "`layerWriter` with `init: true`",
  begin: "Open it by `layerWriter` with `init: true`, or run `Migrations.migrate`.",
  migrate: "`Migrations.migrate`",
  grants: "`Grants` of trials-domain lists",
  verify: "`Verify` of trials-domain",
  debug: "`LogLevel.Debug`"
}

/** The names for a program that gives the path of an SQLite file. */
export const fileNames: Names = { ...optionNames, url: "`file`" }

/** The names for a person who has the settings and the `trials` command. */
export const settingNames: Names = {
  url: "TRIALS_DATABASE_URL",
  connections: "TRIALS_DATABASE_CONNECTIONS",
  user: "this command",
  start: "`trials sync --init`",
  begin: "Run `trials migrate` or a first `trials sync`.",
  migrate: "`trials migrate`",
  grants: "`trials migrate --grants WRITER READER` prints",
  verify: "`trials verify`",
  debug: "TRIALS_LOG_LEVEL=debug"
}
