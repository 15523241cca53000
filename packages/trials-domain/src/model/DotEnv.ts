import * as FileSystem from "@effect/platform/FileSystem"
import { Cause, ConfigError, Effect, Either } from "effect"

const file = ".env"

const refused = (why: string) => ConfigError.SourceUnavailable([file], why, Cause.empty)

/** The encoding by the byte order mark that editors and shells write; without a mark it is UTF-8. */
const encodingOf = ([first, second]: Uint8Array): string =>
  first === 0xff && second === 0xfe ? "utf-16le" : first === 0xfe && second === 0xff ? "utf-16be" : "utf-8"

const textOf = (bytes: Uint8Array): Either.Either<string, ConfigError.ConfigError> =>
  Either.try({
    try: () => new TextDecoder(encodingOf(bytes), { fatal: true }).decode(bytes),
    catch: () => refused("it is not text. Save it as UTF-8")
  }).pipe(
    Either.filterOrLeft(
      (text) => !text.includes("\0"),
      () => refused("it is not text. Save it as UTF-8")
    ),
    Either.map((text) => text.replace(/\r\n?/g, "\n"))
  )

// A blank line, a comment, or NAME=value. A quoted value may contain line breaks; elsewhere ` #` starts a comment.
const entry =
  /\s*(?:#.*|(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:("[^"]*"|'[^']*'|`[^`]*`)[ \t]*(?:#.*)?|([^"'`#\n].*?)(?:[ \t]+#.*)?|(?:#.*)?))?(?:\n|$)/y

/** Parses the bytes of a `.env` file into its settings. */
export const parse = (
  bytes: Uint8Array
): Either.Either<ReadonlyMap<string, string>, ConfigError.ConfigError> =>
  Either.flatMap(textOf(bytes), (text) => {
    const settings = new Map<string, string>()
    entry.lastIndex = 0
    while (entry.lastIndex < text.length) {
      const at = entry.lastIndex
      const found = entry.exec(text)
      if (found === null) {
        const blank = /^\s*/.exec(text.slice(at))?.[0].length ?? 0
        const line = text.slice(0, at + blank).split("\n").length
        return Either.left(refused(`line ${line} is not NAME=value`))
      }
      const [, name, quoted, bare] = found
      if (name !== undefined) settings.set(name, quoted?.slice(1, -1) ?? bare ?? "")
    }
    return Either.right(settings)
  })

/**
 * Adds the settings of a `.env` file in the working folder, if there is one, to an environment. A variable that the
 * environment already has stays, even if it is empty.
 */
export const load = (
  environment: Record<string, string | undefined>
): Effect.Effect<void, ConfigError.ConfigError, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const bytes = yield* files
      .readFile(file)
      .pipe(
        Effect.catchAll((error) =>
          error._tag === "SystemError" && error.reason === "NotFound"
            ? Effect.succeed(new Uint8Array())
            : Effect.fail(refused("it is not a file that this user can read"))
        )
      )
    for (const [name, value] of yield* parse(bytes)) environment[name] ??= value
  })
