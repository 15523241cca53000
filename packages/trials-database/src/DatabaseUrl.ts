import { Config, Effect, Either, Option, Redacted } from "effect"
import { parsed } from "trials-domain/Environment"
import { DatabaseError } from "./DatabaseError.js"
import { type Names, optionNames, settingNames } from "./Names.js"
import * as PostgresUrl from "./postgres/PostgresUrl.js"
import { fileOf, flawOf, spellingsOf } from "./sqlite/SqlitePath.js"

/** How many connections one process opens at most on PostgreSQL, unless told: for a load, its heartbeat, and queries. */
export const defaultConnections = 10

/** Where a database is. */
export type DatabaseUrl =
  | { readonly engine: "sqlite"; readonly file: string }
  | { readonly engine: "postgres"; readonly target: PostgresUrl.PostgresTarget }

/** What the settings say of a database, as options of a reader or a writer. */
export interface DatabaseSetting {
  readonly url: Redacted.Redacted<string>
  /** Whether a setting names the database. A named one must exist; the first run creates the default one. */
  readonly named: boolean
  /** How many connections one process opens at most on PostgreSQL. */
  readonly connections: number
  readonly names: Names
}

/** The settings TRIALS_DATABASE_URL and TRIALS_DATABASE_CONNECTIONS. */
export const databaseSetting: Config.Config<DatabaseSetting> = Config.all({
  url: Config.option(Config.redacted("TRIALS_DATABASE_URL")),
  connections: parsed("TRIALS_DATABASE_CONNECTIONS", (text) =>
    /^[1-9]\d{0,3}$/.test(text) ? Either.right(Number(text)) : Either.left("must be a number from 1 to 9999")
  ).pipe(Config.withDefault(defaultConnections))
}).pipe(
  Config.map(({ connections, url }) => ({
    url: Option.getOrElse(url, () => Redacted.make("sqlite:./data/trials.db")),
    named: Option.isSome(url),
    connections,
    names: settingNames
  }))
)

const refuse = (what: string, text: string, { url }: Names) => {
  const [one, other] = spellingsOf(text)
  const right =
    one === undefined
      ? "Write the path itself: sqlite:/home/me/trials.db, or sqlite:./data/trials.db from here."
      : other === undefined
        ? `Write ${one}`
        : `Write ${one} or ${other}`
  return new DatabaseError({ reason: "url", message: `${url} ${what}. ${right}` })
}

const forms = "must be `sqlite:` and the path of a file, or `postgres://user:password@host/database`"

/** Whether a URL is that of a PostgreSQL server. */
export const isServer = (url: Redacted.Redacted<string>): boolean =>
  /^postgres(ql)?:\/\//.test(Redacted.value(url))

/**
 * Parses `sqlite:` and a path, or `postgres://…`. The URL is secret, because it may contain a password; `names` says what
 * the error calls it.
 */
export const parse = (
  url: Redacted.Redacted<string>,
  names: Names = optionNames
): Effect.Effect<DatabaseUrl, DatabaseError> => {
  const text = Redacted.value(url)
  if (isServer(url)) {
    return Effect.map(PostgresUrl.parse(url, process.env, names), (target) => ({
      engine: "postgres" as const,
      target
    }))
  }
  const path = /^sqlite:(.*)$/s.exec(text)?.[1]
  if (path === undefined) return refuse(forms, text, names)
  const flaw = flawOf(path)
  return flaw === null ? Effect.succeed({ engine: "sqlite", file: fileOf(path) }) : refuse(flaw, text, names)
}
