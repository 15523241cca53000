/**
 * What a URL may say to psql (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS). Each
 * parameter means the same here, or changes nothing, or is refused by its name.
 *
 * @module
 */
import { Data, Either } from "effect"

/** What is wrong with a URL, as the rest of a sentence: whoever tells it knows what the URL is called. */
export class UrlFlaw extends Data.TaggedError("UrlFlaw")<{
  readonly text: string
  readonly reason: "url" | "tls"
}> {}

export const refuse = (text: string, reason: UrlFlaw["reason"] = "url"): Either.Either<never, UrlFlaw> =>
  Either.left(new UrlFlaw({ text, reason }))

interface Parameter {
  /** The environment variable that holds where the URL is silent. */
  readonly variable?: string
  readonly accepts: (value: string) => boolean
  /** What to write instead of what is not accepted. */
  readonly otherwise: string
}

const oneOf =
  (...values: ReadonlyArray<string>) =>
  (value: string): boolean =>
    values.includes(value)

const nothing = () => false
const free = { accepts: () => true, otherwise: "" }
const number = { accepts: (value: string) => /^-?\d{1,9}$/.test(value), otherwise: "it is a whole number." }
const protocol = {
  accepts: (value: string) => /^TLSv1(?:\.[1-3])?$/i.test(value),
  otherwise: "it is one of TLSv1, TLSv1.1, TLSv1.2 and TLSv1.3."
}
const noSecret = { accepts: nothing, otherwise: "the driver cannot use it. Write a user and a password." }

/** A host of one server: psql tries several, and a host with `@` before it is a socket without a file. */
const host = {
  accepts: (value: string) => !/^@|,/.test(value),
  otherwise:
    "it is one server: a name, an address, or the folder of a socket. For several servers, write the name of a " +
    "pooler or of a proxy in front of them."
}

const parameters = {
  host: { variable: "PGHOST", ...host },
  port: {
    variable: "PGPORT",
    accepts: (value: string) =>
      value === "" || (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65535),
    otherwise:
      "it is a number from 1 to 65535. An IPv6 address has brackets around it, as in [::1]:5432, and in a user name " +
      "or a password `/` is written %2F, `@` %40, `:` %3A, `?` %3F and `%` %25."
  },
  user: { variable: "PGUSER", ...free },
  password: { variable: "PGPASSWORD", ...free },
  dbname: { variable: "PGDATABASE", ...free },
  options: { variable: "PGOPTIONS", ...free },
  application_name: { variable: "PGAPPNAME", ...free },
  fallback_application_name: free,
  connect_timeout: {
    variable: "PGCONNECT_TIMEOUT",
    ...number,
    otherwise: "it is a number of seconds; 0 waits for ever."
  },
  sslmode: {
    variable: "PGSSLMODE",
    accepts: oneOf("disable", "allow", "prefer", "require", "verify-ca", "verify-full"),
    otherwise:
      "it is one of disable, allow, prefer, require (TLS, and any certificate), verify-ca and verify-full."
  },
  sslnegotiation: {
    variable: "PGSSLNEGOTIATION",
    accepts: oneOf("postgres", "direct"),
    otherwise: "it is postgres or direct."
  },
  sslrootcert: { variable: "PGSSLROOTCERT", ...free },
  sslcert: { variable: "PGSSLCERT", ...free },
  sslkey: { variable: "PGSSLKEY", ...free },
  sslpassword: free,
  sslcrl: { variable: "PGSSLCRL", ...free },
  sslcrldir: { variable: "PGSSLCRLDIR", accepts: nothing, otherwise: "write `sslcrl` and one file." },
  sslcertmode: {
    variable: "PGSSLCERTMODE",
    accepts: oneOf("disable", "allow"),
    otherwise: "it is disable or allow. The driver cannot tell whether the server asked for a certificate."
  },
  ssl_min_protocol_version: { variable: "PGSSLMINPROTOCOLVERSION", ...protocol },
  ssl_max_protocol_version: { variable: "PGSSLMAXPROTOCOLVERSION", ...protocol },
  sslcompression: { variable: "PGSSLCOMPRESSION", accepts: oneOf("0", "1"), otherwise: "it is 0." },
  sslsni: {
    variable: "PGSSLSNI",
    accepts: oneOf("1"),
    otherwise: "it is 1: the driver always tells the server the name of the host."
  },
  sslkeylogfile: { accepts: nothing, otherwise: "leave it out: the keys of TLS are not written down." },
  hostaddr: {
    variable: "PGHOSTADDR",
    accepts: nothing,
    otherwise: "write the address as the host, or let a name server or the hosts file tell it."
  },
  service: {
    variable: "PGSERVICE",
    accepts: nothing,
    otherwise: "no service file is read. Write host, port, user and database into the URL."
  },
  passfile: { accepts: nothing, otherwise: "the driver reads the password file that PGPASSFILE names." },
  client_encoding: {
    accepts: (value: string) => /^(?:utf-?8|unicode|auto)$/i.test(value),
    otherwise: "it is UTF8."
  },
  channel_binding: {
    variable: "PGCHANNELBINDING",
    accepts: oneOf("disable", "prefer"),
    otherwise:
      "the driver cannot insist on it. sslmode=verify-full also proves that the server is the right one."
  },
  require_auth: {
    variable: "PGREQUIREAUTH",
    accepts: nothing,
    otherwise:
      "the driver does what the server asks for. sslmode=verify-full proves that it is the right one."
  },
  requirepeer: {
    variable: "PGREQUIREPEER",
    accepts: nothing,
    otherwise: "the driver cannot tell who owns a socket. Use a folder that only the server's user may write."
  },
  target_session_attrs: {
    variable: "PGTARGETSESSIONATTRS",
    accepts: oneOf("any"),
    otherwise: "it is any: the host itself has to be the right server."
  },
  load_balance_hosts: {
    variable: "PGLOADBALANCEHOSTS",
    accepts: oneOf("disable"),
    otherwise: "it is disable."
  },
  gssencmode: {
    variable: "PGGSSENCMODE",
    accepts: oneOf("disable", "prefer"),
    otherwise: "the driver has no GSSAPI. sslmode=require encrypts too."
  },
  krbsrvname: free,
  gsslib: free,
  gssdelegation: free,
  keepalives: number,
  keepalives_idle: number,
  keepalives_interval: number,
  keepalives_count: number,
  tcp_user_timeout: number,
  min_protocol_version: {
    variable: "PGMINPROTOCOLVERSION",
    accepts: oneOf("3.0"),
    otherwise: "it is 3.0, which the driver speaks."
  },
  max_protocol_version: {
    variable: "PGMAXPROTOCOLVERSION",
    accepts: oneOf("3.0", "3.2", "latest"),
    otherwise: "it is 3.0, 3.2 or latest."
  },
  replication: {
    accepts: (value: string) => /^(?:false|off|no|0)$/i.test(value),
    otherwise: "leave it out: no connection here replicates."
  },
  scram_client_key: noSecret,
  scram_server_key: noSecret,
  oauth_issuer: noSecret,
  oauth_client_id: noSecret,
  oauth_client_secret: noSecret,
  oauth_scope: noSecret
} as const satisfies Record<string, Parameter>

export type ParameterName = keyof typeof parameters

const table: Readonly<Record<ParameterName, Parameter>> = parameters

export const isParameter = (name: string): name is ParameterName => Object.hasOwn(parameters, name)

const asOption = (name: string) =>
  `Write it as a setting of the server: options=-c${name}%3DVALUE (%3D is the sign between them).`

/** What other programs call what psql knows by another name, or not at all. */
const foreign: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ssl: "Write sslmode=require for TLS with any certificate, or sslmode=verify-full to check it.",
    uselibpqcompat: "Leave it out: `sslmode` means the same as in psql.",
    database: "Write it after the host, or as `dbname`.",
    username: "Write it before the host, or as `user`.",
    schema: asOption("search_path"),
    search_path: asOption("search_path"),
    statement_timeout: asOption("statement_timeout"),
    lock_timeout: asOption("lock_timeout"),
    idle_in_transaction_session_timeout: asOption("idle_in_transaction_session_timeout")
  })
)

/** Why a name is refused, as the rest of a sentence. What may be a piece of a password is not repeated. */
export const unknownParameter = (name: string): string =>
  /^[a-z][a-z0-9_]{0,40}$/i.test(name)
    ? `has a parameter that psql does not know, \`${name}\`. ` +
      (foreign.get(name) ?? "Leave it out, or write the name that psql has for it.")
    : "has a parameter that psql does not know. After `?` there are only psql's names, such as sslmode=require."

/** What the URL and the environment say together. */
export interface Parameters {
  readonly get: (name: ParameterName) => string | undefined
  /** How an error calls a parameter: by the variable that it is from, if the URL is silent. */
  readonly named: (name: ParameterName) => string
}

/** Fills what a URL is silent about from the environment. An empty text is silence. */
export const withEnvironment = (
  given: ReadonlyMap<ParameterName, string>,
  environment: Readonly<Record<string, string | undefined>>
): Either.Either<Parameters, UrlFlaw> =>
  Either.gen(function* () {
    const values = new Map<ParameterName, string>()
    const fromEnvironment = new Set<ParameterName>()
    const named = (name: ParameterName) =>
      fromEnvironment.has(name) ? `the variable ${table[name].variable}` : `its \`${name}\``
    for (const name of Object.keys(parameters).filter(isParameter)) {
      const { accepts, otherwise, variable } = table[name]
      const own = given.get(name)
      const other = variable === undefined ? undefined : environment[variable]
      const silent = own === undefined || own === ""
      const value = silent && other !== undefined && other !== "" ? other : own
      if (value === undefined) continue
      if (value !== own) fromEnvironment.add(name)
      if (!accepts(value)) return yield* refuse(`cannot be used with ${named(name)}: ${otherwise}`)
      if (value !== "") values.set(name, value)
    }
    return { get: (name) => values.get(name), named }
  })
