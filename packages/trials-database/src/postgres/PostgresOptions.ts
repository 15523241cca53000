/**
 * `options`: the command line of a server's process, which a client may write. The server takes it apart
 * (`pg_split_opts` and `process_postgres_switches` in its sources); so does this.
 *
 * @module
 */
import { Either } from "effect"

/** A setting of the server, and what a session has it at. */
export type Setting = readonly [name: string, value: string]

const blank = "[ \\t\\n\\v\\f\\r]"
const words = new RegExp(`(?:\\\\.|(?!${blank})[^\\\\])+\\\\?|\\\\$`, "gs")

const unescaped = (word: string): string => word.replace(/\\(.|$)/gs, "$1")

const right = "write each setting as `-c NAME=VALUE` or `--NAME=VALUE`"

/** A setting from `NAME=VALUE`. As in the server, a dash in a name is an underscore. */
const settingOf = (text: string): Either.Either<Setting, string> => {
  const [, dashed, value] = /^([^=]*)=(.*)$/s.exec(text) ?? []
  const name = dashed?.replaceAll("-", "_")
  if (name === undefined || value === undefined) return Either.left(`a setting has no value; ${right}.`)
  return /^[a-z_][\w$]*(?:\.[a-z_][\w$]*)*$/i.test(name)
    ? Either.right([name, value])
    : Either.left(
        `a setting has a name that no setting has; ${right}. In a URL, a blank is %20 and not \`+\`.`
      )
}

// What every transaction here says of itself, and the encoding in which all text goes to the server.
const fixed = /^transaction_(?:isolation|read_only|deferrable)$/i

/** A setting that would change what is read, or how it is written; else null. */
const flawOf = ([name, value]: Setting): string | null => {
  if (fixed.test(name)) return `\`${name}\` is set for each transaction by the program; leave it out.`
  return /^client_encoding$/i.test(name) && !/^(?:utf-?8|unicode)$/i.test(value)
    ? "`client_encoding` must be UTF8, because every text is sent so; leave it out."
    : null
}

/** The settings in a text, in order; else what is wrong with it, as the rest of a sentence. */
export const settingsOf = (text: string): Either.Either<ReadonlyArray<Setting>, string> =>
  Either.gen(function* () {
    const settings: Array<Setting> = []
    const rest = (text.match(words) ?? []).map(unescaped)
    for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
      if (word === "-c") settings.push(yield* settingOf(rest.shift() ?? ""))
      else if (/^-c|^--./s.test(word)) settings.push(yield* settingOf(word.slice(2)))
      else if (/^-[a-z]/i.test(word))
        return yield* Either.left(`\`${word.slice(0, 2)}\` does not work here; ${right}.`)
      else
        return yield* Either.left(
          `it has a word that is no setting; ${right}, and a blank within a value with a backslash before it (%5C%20).`
        )
    }
    const flaw = settings.map(flawOf).find((found) => found !== null)
    return flaw === undefined ? settings : yield* Either.left(flaw)
  })
