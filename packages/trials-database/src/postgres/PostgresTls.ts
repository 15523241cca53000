/**
 * TLS as libpq does it (https://www.postgresql.org/docs/current/libpq-ssl.html): which attempts `sslmode` stands for,
 * and what is checked in them.
 *
 * @module
 */
import { Effect, Either, Predicate } from "effect"
import type { NonEmptyReadonlyArray } from "effect/Array"
import { createPrivateKey, X509Certificate } from "node:crypto"
import { readFile } from "node:fs/promises"
import { homedir } from "node:os"
import { join } from "node:path"
import { type ConnectionOptions, createSecureContext, type SecureVersion } from "node:tls"
import { type Parameters, refuse, type UrlFlaw } from "./PostgresParameters.js"

/** TLS in the form that the driver takes as `ssl`. The files are read; no key can be seen in it. */
export type TlsOptions = Pick<
  ConnectionOptions,
  "secureContext" | "rejectUnauthorized" | "checkServerIdentity"
>

/** How to connect, in the order of attempts: with TLS, or without (`false`). */
export type Attempts = NonEmptyReadonlyArray<false | TlsOptions>

type FileParameter = "sslrootcert" | "sslcert" | "sslkey" | "sslcrl"

/** Where psql looks for a file that nothing names. */
const usual = {
  sslrootcert: "root.crt",
  sslcert: "postgresql.crt",
  sslkey: "postgresql.key",
  sslcrl: "root.crl"
}

const folderOf = (environment: Readonly<Record<string, string | undefined>>): string =>
  process.platform === "win32"
    ? join(environment["APPDATA"] ?? homedir(), "postgresql")
    : join(environment["HOME"] ?? homedir(), ".postgresql")

const isMissing = (cause: unknown): boolean =>
  Predicate.hasProperty(cause, "code") && (cause.code === "ENOENT" || cause.code === "ENOTDIR")

/** Reads the file that a parameter names, or the usual one; null if nothing names one and there is no usual one. */
const reader =
  (parameters: Parameters, environment: Readonly<Record<string, string | undefined>>) =>
  (name: FileParameter): Effect.Effect<string | null, UrlFlaw> => {
    const named = parameters.get(name)
    const file = named ?? join(folderOf(environment), usual[name])
    return Effect.catchAll(
      Effect.tryPromise(() => readFile(file, "utf8")),
      ({ error }) =>
        named !== undefined
          ? refuse(`cannot be used with ${parameters.named(name)}: the file cannot be read.`, "tls")
          : isMissing(error)
            ? Effect.succeed(null)
            : refuse(
                `says nothing of \`${name}\`, and psql's own file for it, ~/.postgresql/${usual[name]}, cannot be read.`,
                "tls"
              )
    )
  }

/** Runs what throws where the content of a file is wrong. */
const checked = <A>(
  parameters: Parameters,
  name: FileParameter,
  what: string,
  run: () => A
): Either.Either<A, UrlFlaw> =>
  Either.orElse(Either.try(run), () =>
    refuse(`cannot be used with ${parameters.named(name)}: the file ${what}.`, "tls")
  )

/** The names of TLS versions are free in case. */
const versions: Readonly<Record<string, SecureVersion>> = {
  tlsv1: "TLSv1",
  "tlsv1.1": "TLSv1.1",
  "tlsv1.2": "TLSv1.2",
  "tlsv1.3": "TLSv1.3"
}

/** The versions between which TLS has to be. */
const versionsOf = (parameters: Parameters) => ({
  minVersion: versions[parameters.get("ssl_min_protocol_version")?.toLowerCase() ?? "tlsv1.2"] ?? "TLSv1.2",
  maxVersion: versions[parameters.get("ssl_max_protocol_version")?.toLowerCase() ?? "tlsv1.3"] ?? "TLSv1.3"
})

/** The certificate that the client shows, with its key. */
const ownCertificate = Effect.fnUntraced(function* (parameters: Parameters, read: ReturnType<typeof reader>) {
  const cert = parameters.get("sslcertmode") === "disable" ? null : yield* read("sslcert")
  if (cert === null) return {}
  yield* checked(parameters, "sslcert", "is not a certificate (PEM)", () => new X509Certificate(cert))
  const key = yield* read("sslkey")
  if (key === null)
    return yield* refuse("has a certificate of its own without a key: write `sslkey` too.", "tls")
  const passphrase = parameters.get("sslpassword") ?? ""
  yield* checked(parameters, "sslkey", "is not a key (PEM), or `sslpassword` does not open it", () =>
    createPrivateKey({ key, passphrase })
  )
  return { cert, key, passphrase }
})

/** The roots and the revocations by which the server's certificate is checked; none: Node's own roots. */
const authorities = Effect.fnUntraced(function* (parameters: Parameters, read: ReturnType<typeof reader>) {
  const ca = parameters.get("sslrootcert") === "system" ? null : yield* read("sslrootcert")
  if (ca === null)
    return parameters.get("sslcrl") === undefined
      ? {}
      : yield* refuse(
          `cannot be used with ${parameters.named("sslcrl")}: it belongs to the authority that \`sslrootcert\` names.`,
          "tls"
        )
  yield* checked(parameters, "sslrootcert", "is not a certificate (PEM)", () => new X509Certificate(ca))
  const crl = yield* read("sslcrl")
  if (crl !== null)
    yield* checked(parameters, "sslcrl", "is not a list of revocations (PEM)", () =>
      createSecureContext({ crl })
    )
  return crl === null ? { ca } : { ca, crl }
})

const anyName = () => undefined

const modeOf = (parameters: Parameters): string =>
  parameters.get("sslmode") ?? (parameters.get("sslrootcert") === "system" ? "verify-full" : "prefer")

/** What libpq refuses before it connects, on a socket too. */
const contradiction = (parameters: Parameters): string | null => {
  const mode = modeOf(parameters)
  if (parameters.get("sslrootcert") === "system" && mode !== "verify-full")
    return `cannot be used with ${parameters.named("sslrootcert")} (system) and sslmode=${mode}: write sslmode=verify-full.`
  if (parameters.get("sslnegotiation") === "direct" && ["disable", "allow", "prefer"].includes(mode)) {
    return (
      `cannot be used with ${parameters.named("sslnegotiation")} (direct) and sslmode=${mode}: write sslmode=require, ` +
      "or sslmode=verify-full."
    )
  }
  const { maxVersion, minVersion } = versionsOf(parameters)
  return minVersion > maxVersion
    ? "has an `ssl_max_protocol_version` below its `ssl_min_protocol_version`, which is TLSv1.2 unless it is written."
    : null
}

const tlsOf = Effect.fnUntraced(function* (
  parameters: Parameters,
  environment: Readonly<Record<string, string | undefined>>
) {
  const mode = modeOf(parameters)
  const read = reader(parameters, environment)
  const roots = yield* authorities(parameters, read)
  if (mode === "verify-ca" && !("ca" in roots)) {
    return yield* refuse(
      "has `sslmode=verify-ca` and no file of an authority: write `sslrootcert` and its file, or sslmode=verify-full, " +
        "which also takes the authorities that Node trusts.",
      "tls"
    )
  }
  const own = yield* ownCertificate(parameters, read)
  // As in libpq, whoever has a file of an authority has the chain checked, even without asking for it.
  const rejectUnauthorized = mode === "verify-full" || "ca" in roots
  const context = () =>
    createSecureContext({
      // Nobody asks the roots where nothing is checked.
      ...(rejectUnauthorized ? roots : { ca: [] }),
      ...own,
      ...versionsOf(parameters)
    })
  const secureContext = yield* "cert" in own
    ? checked(parameters, "sslkey", "is not the key of the certificate", context)
    : checked(parameters, "sslrootcert", "has a certificate that OpenSSL does not take", context)
  return mode === "verify-full"
    ? { secureContext, rejectUnauthorized }
    : { secureContext, rejectUnauthorized, checkServerIdentity: anyName }
})

/** The attempts that a URL stands for. A socket of the machine itself has no TLS, whatever `sslmode` says. */
export const attemptsOf = (
  parameters: Parameters,
  environment: Readonly<Record<string, string | undefined>>,
  isSocket: boolean
): Effect.Effect<Attempts, UrlFlaw> =>
  Effect.gen(function* () {
    const wrong = contradiction(parameters)
    if (wrong !== null) return yield* refuse(wrong)
    const mode = modeOf(parameters)
    if (isSocket || mode === "disable") return [false]
    const tls = yield* tlsOf(parameters, environment)
    return mode === "prefer" ? [tls, false] : mode === "allow" ? [false, tls] : [tls]
  })

// Of pg_hba.conf (and of a role that may not log in), and what PgBouncer says to a client without TLS.
const refusals = new Set(["28000", "08P01"])
// The driver's own words, and those of Node for a server that hangs up in the middle of a handshake.
const words = /server does not support SSL|before secure TLS connection was established/
// OpenSSL's names: of a failed handshake, and of a certificate that is not accepted.
const handshake = /^(?:EPROTO$|ERR_SSL_|ERR_TLS_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|INVALID_)/

/**
 * Whether the next attempt may do what this one could not: there was no TLS, or the server takes this user only with it
 * or only without. A wrong password is not sent again.
 */
export const mayTryNext = (error: unknown): boolean => {
  const code = Predicate.hasProperty(error, "code") ? String(error.code) : ""
  const message = Predicate.hasProperty(error, "message") ? String(error.message) : ""
  return refusals.has(code) || handshake.test(code) || words.test(message)
}
