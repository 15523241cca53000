import { Config, Effect, Option, Redacted } from "effect"
import { DatabaseError } from "./DatabaseError.js"
import { fileOf, flawOf, spellingsOf } from "./SqlitePath.js"

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

const refuse = (what: string, text: string) => {
  const [one, other] = spellingsOf(text)
  const right =
    one === undefined
      ? "Write the path itself: sqlite:/home/me/trials.db, or sqlite:./data/trials.db from here."
      : other === undefined
        ? `Write ${one}`
        : `Write ${one} or ${other}`
  return new DatabaseError({ reason: "url", message: `TRIALS_DATABASE_URL ${what}. ${right}` })
}

const forms = "must be `sqlite:` and the path of a file, or `postgres://user:password@host/database`"

/** Parses `sqlite:` and a path, or `postgres://…`. The URL is secret: it may contain a password. */
export const parse = (url: Redacted.Redacted<string>): Effect.Effect<DatabaseUrl, DatabaseError> => {
  const text = Redacted.value(url)
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text))
    return Effect.succeed({ engine: "postgres", url })
  const path = /^sqlite:(.*)$/s.exec(text)?.[1]
  if (path === undefined) return refuse(forms, text)
  const flaw = flawOf(path)
  return flaw === null ? Effect.succeed({ engine: "sqlite", file: fileOf(path) }) : refuse(flaw, text)
}
