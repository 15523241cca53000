import { Duration, Effect, Either, Redacted } from "effect"
import { userInfo } from "node:os"
import { DatabaseError } from "../DatabaseError.js"
import { type Names, optionNames } from "../Names.js"
import { type Setting, settingsOf } from "./PostgresOptions.js"
import { refuse, type UrlFlaw, withEnvironment } from "./PostgresParameters.js"
import { givenBy } from "./PostgresSyntax.js"
import { type Attempts, attemptsOf } from "./PostgresTls.js"

/**
 * Where a PostgreSQL server is and how to speak to it, as psql reads it from a URL and, where the URL is silent, from the
 * `PG…` variables of the environment. One thing differs: where neither names a host, it is `localhost`, as it always was
 * here, and not the folder of a socket, which each build of psql has somewhere else.
 */
export interface PostgresTarget {
  /** A name, an address, or the folder of a socket, which begins with `/`. */
  readonly host: string
  readonly port: number
  /** The user of the system if nothing names one. */
  readonly user: string
  /** Undefined leaves it to the driver to look into the file of passwords (`PGPASSFILE`, `~/.pgpass`). */
  readonly password: Redacted.Redacted<string> | undefined
  /** The name of the user if nothing names one. */
  readonly database: string
  /**
   * What `options` sets on the server, in order. Every transaction has to set it: a pooler drops what a connection
   * starts with.
   */
  readonly settings: ReadonlyArray<Setting>
  readonly applicationName: string | undefined
  /** How long to wait for a connection: infinite for `connect_timeout=0`, undefined if nothing says it. */
  readonly connectTimeout: Duration.Duration | undefined
  /** How to connect, in the order of attempts; `mayTryNext` of PostgresTls tells whether one comes after another. */
  readonly tls: Attempts
  /** Whether TLS begins after a question in PostgreSQL's protocol, or at once. */
  readonly negotiation: "postgres" | "direct"
}

const systemUser = (): Either.Either<string, UrlFlaw> =>
  Either.orElse(
    Either.try(() => userInfo().username),
    () =>
      refuse("names no user, and the system has no name for its own. Write postgres://USER@host/database.")
  )

const seconds = (text: string): Duration.Duration => {
  const number = Number(text)
  return number > 0 ? Duration.seconds(number) : Duration.infinity
}

/** psql's older spelling of a variable. */
const withModeOf = (environment: Readonly<Record<string, string | undefined>>) =>
  (environment["PGSSLMODE"] ?? "") === "" && environment["PGREQUIRESSL"]?.startsWith("1") === true
    ? { ...environment, PGSSLMODE: "require" }
    : environment

/**
 * Reads a `postgres://` URL, and the files of certificates that it names. The URL is secret: no error repeats it, and
 * `names` says what errors call it.
 */
export const parse = (
  url: Redacted.Redacted<string>,
  environment: Readonly<Record<string, string | undefined>>,
  names: Names = optionNames
): Effect.Effect<PostgresTarget, DatabaseError> =>
  Effect.mapError(
    targetOf(url, environment),
    ({ reason, text }) => new DatabaseError({ reason, message: `${names.url} ${text}` })
  )

const targetOf = (
  url: Redacted.Redacted<string>,
  environment: Readonly<Record<string, string | undefined>>
): Effect.Effect<PostgresTarget, UrlFlaw> =>
  Effect.gen(function* () {
    const given = yield* givenBy(Redacted.value(url))
    const parameters = yield* withEnvironment(given, withModeOf(environment))
    const host = parameters.get("host") ?? "localhost"
    const user = parameters.get("user") ?? (yield* systemUser())
    const password = parameters.get("password")
    const settings = yield* Either.orElse(settingsOf(parameters.get("options") ?? ""), (flaw) =>
      refuse(`cannot be used with ${parameters.named("options")}: ${flaw}`)
    )
    const timeout = parameters.get("connect_timeout")
    const tls = yield* attemptsOf(parameters, environment, host.startsWith("/"))
    return {
      host,
      port: Number(parameters.get("port") ?? "5432"),
      user,
      password: password === undefined ? undefined : Redacted.make(password),
      database: parameters.get("dbname") ?? user,
      settings,
      applicationName: parameters.get("application_name"),
      connectTimeout: timeout === undefined ? undefined : seconds(timeout),
      tls,
      negotiation: parameters.get("sslnegotiation") === "direct" && tls[0] !== false ? "direct" : "postgres"
    }
  })
