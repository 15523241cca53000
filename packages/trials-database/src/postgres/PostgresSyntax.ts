/**
 * The text of a `postgres://` URL, taken apart as libpq does it (`conninfo_uri_parse` in its sources). The URL standard
 * differs: here `#` and `+` are ordinary, the user and the password end at the first `@`, and a host may be missing.
 *
 * @module
 */
import { Either } from "effect"
import {
  isParameter,
  type ParameterName,
  refuse,
  unknownParameter,
  type UrlFlaw
} from "./PostgresParameters.js"

type Read<A> = Either.Either<A, UrlFlaw>

// The user, the password, the server, the database, and the parameters.
const parts = /^postgres(?:ql)?:\/\/(?:([^:@/]*)(?::([^@/]*))?@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s
const bracketed = /^\[([^\]]+)\](?::(.*))?$/s
const bare = /^([^:[\]]*)(?::(.*))?$/s

const escapes =
  "In a user name or a password, write `/` as %2F, `@` as %40, `:` as %3A, `?` as %3F and `%` as %25; in a " +
  "database's name, `@` as %40."

/** An `@` that stands where none belongs: what surrounds it may be a piece of a password, so it is not repeated. */
const stray = () =>
  refuse(`has an \`@\` that is neither the one before its host nor written as %40. ${escapes}`)

const decoded = (text: string, what: string): Read<string> => {
  const trimmed = text.replace(/^ +| +$/g, "")
  if (trimmed.includes(" ")) return refuse(`has a blank in its ${what}: write it as %20.`)
  if (/%(?![0-9a-f]{2})/i.test(trimmed))
    return refuse(`has a \`%\` in its ${what} without two hexadecimal digits after it: write it as %25.`)
  if (trimmed.includes("%00")) return refuse(`has %00 in its ${what}, which nothing there may contain.`)
  try {
    return Either.right(decodeURIComponent(trimmed))
  } catch {
    return refuse(`has percent-encoding in its ${what} that is not UTF-8. A \`%\` itself is written %25.`)
  }
}

const serverOf = (text: string): Read<readonly [host: string, port: string]> => {
  if (text.includes(","))
    return refuse(
      "has several hosts, of which only psql tries one after the other. Write one: a server, or the name of a pooler " +
        "or of a proxy in front of them."
    )
  const [, host, port] = bracketed.exec(text) ?? bare.exec(text) ?? []
  return host === undefined
    ? refuse("has a bracket in its host that is not around an IPv6 address, as in [::1]:5432.")
    : Either.right([host, port ?? ""])
}

const parametersOf = (query: string): Read<ReadonlyArray<readonly [ParameterName, string]>> =>
  Either.all(
    (query === "" ? [] : query.replace(/&$/, "").split("&")).map((pair) =>
      Either.gen(function* () {
        // A second `=` is part of the value: psql refuses it, and there is no other way to read it.
        const [, key, value] = /^([^=]*)=(.*)$/s.exec(pair) ?? []
        if (key === undefined || value === undefined)
          return yield* refuse("has a parameter without `=` and a value.")
        const name = yield* decoded(key, "parameters")
        // psql takes this one spelling of JDBC's.
        if (name === "ssl" && value === "true") return ["sslmode", "require"] as const
        if (!isParameter(name)) return yield* refuse(unknownParameter(name))
        // Programs that build a URL write a blank as `+`, and psql a blank as %20: `-c+` can only be the former.
        const text = name === "options" && value.startsWith("-c+") ? value.replaceAll("+", "%20") : value
        return [name, yield* decoded(text, `\`${name}\``)] as const
      })
    )
  )

/** The parameters that a URL gives. What follows `?` overrides what stands before it. */
export const givenBy = (url: string): Read<ReadonlyMap<ParameterName, string>> => {
  // oxlint-disable-next-line no-control-regex -- these are the characters to find
  if (/[\u0000-\u001f\u007f]/.test(url))
    return refuse("has a line break or another control character in it. Take it out, or write it as %0A.")
  const [, user = "", password = "", server, database = "", query = ""] = parts.exec(url) ?? []
  if (server === undefined) return refuse("must be `postgres://user:password@host/database`.")
  if (server.includes("@") || database.includes("@")) return stray()
  const given = Either.gen(function* () {
    const [host, port] = yield* serverOf(server)
    const values = [
      ["user", yield* decoded(user, "user name")],
      ["password", yield* decoded(password, "password")],
      ["host", yield* decoded(host, "host")],
      ["port", yield* decoded(port, "port")],
      ["dbname", yield* decoded(database, "database's name")]
    ] as const
    if (query.includes("@") && /\D/.test(port)) return yield* stray()
    return new Map([...values.filter(([, value]) => value !== ""), ...(yield* parametersOf(query))])
  })
  return query.includes("@") ? Either.orElse(given, stray) : given
}
