import { Config, Effect, Option, Redacted } from "effect"
import { DatabaseError } from "./DatabaseError.js"

/** Where a database is. */
export type DatabaseUrl =
  | { readonly engine: "sqlite"; readonly file: string }
  | { readonly engine: "postgres"; readonly url: Redacted.Redacted<string> }

/** The database setting. A named database must exist; the first run creates the default one. */
export const databaseSetting: Config.Config<{
  readonly url: Redacted.Redacted<string>
  readonly named: boolean
}> = Config.option(Config.redacted("TRIALS_DATABASE_URL")).pipe(
  Config.map((url) => ({
    url: Option.getOrElse(url, () => Redacted.make("sqlite:./data/trials.db")),
    named: Option.isSome(url)
  }))
)

const refuse = (message: string) => new DatabaseError({ reason: "url", message })

const forms = "`sqlite:` and the path of a file, or `postgres://user:password@host/database`"

/** What in a path would create a file or a folder that nobody wants. */
const unmeant = (path: string): string | null => {
  // oxlint-disable-next-line no-control-regex -- these are the characters to find
  if (/[\u0000-\u001f\u007f]/.test(path)) return "has a line break or another control character in its path"
  if (/^~|\$\{|\$\w|%\w+%/.test(path))
    return "has `~`, `$NAME` or `%NAME%` in its path, which only a shell replaces"
  if (/^\/\/(?!\/)/.test(path)) return "has two slashes before its path"
  if (/^[\s"'`:]/.test(path)) return "has more than a path after `sqlite:`"
  return /[\\/]$/.test(path) ? "names a folder" : null
}

/** Parses `sqlite:` and a path, or `postgres://…`. The URL is secret: it may contain a password. */
export const parse = (url: Redacted.Redacted<string>): Effect.Effect<DatabaseUrl, DatabaseError> => {
  const text = Redacted.value(url)
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text))
    return Effect.succeed({ engine: "postgres", url })
  const path = /^sqlite:(.+)$/s.exec(text)?.[1]
  if (path === undefined) return refuse(`TRIALS_DATABASE_URL must be ${forms}.`)
  const wrong = unmeant(path)
  return wrong === null
    ? Effect.succeed({ engine: "sqlite", file: path.replace(/^\/\/(?=\/)/, "") })
    : refuse(
        `TRIALS_DATABASE_URL ${wrong}. Write the path itself: sqlite:/home/me/trials.db, or sqlite:./data/trials.db from here.`
      )
}
