import { Effect, Redacted } from "effect"
import { DatabaseError } from "./DatabaseError.js"

/** Where a database is. */
export type DatabaseUrl =
  | { readonly engine: "sqlite"; readonly file: string }
  | { readonly engine: "postgres"; readonly url: Redacted.Redacted<string> }

/** Reads `sqlite:` and a path, or `postgres://…`. The URL is secret: it may hold a password. */
export const parse = (url: Redacted.Redacted<string>): Effect.Effect<DatabaseUrl, DatabaseError> => {
  const text = Redacted.value(url)
  if (/^postgres(ql)?:\/\//.test(text) && URL.canParse(text))
    return Effect.succeed({ engine: "postgres", url })
  const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/s.exec(text)?.[1]
  if (file !== undefined && !file.startsWith(":") && !file.includes("\0")) {
    return Effect.succeed({ engine: "sqlite", file })
  }
  return new DatabaseError({
    reason: "url",
    message:
      "TRIALS_DATABASE_URL must be `sqlite:` and the path of a file, or `postgres://user:password@host/database`."
  })
}
