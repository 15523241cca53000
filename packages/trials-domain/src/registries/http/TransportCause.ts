import type { HttpMeaning } from "./HttpAnswer.js"

const links = (error: object): ReadonlyArray<unknown> => [
  "cause" in error ? error.cause : undefined,
  // If a name has several addresses, each failed with its own cause.
  ...("errors" in error && Array.isArray(error.errors) ? error.errors : [])
]

/** The first thing that `find` returns for an error or for what caused it. */
const within = (error: unknown, find: (error: object) => string | undefined): string | undefined => {
  if (typeof error !== "object" || error === null) return undefined
  const found = find(error)
  if (found !== undefined) return found
  for (const each of links(error)) {
    const deeper = within(each, find)
    if (deeper !== undefined) return deeper
  }
  return undefined
}

/** The code of the failure from the system, TLS or the HTTP client, as in ECONNREFUSED; never an address. */
export const codeOf = (error: unknown): string | undefined =>
  within(error, (each) =>
    "code" in each && typeof each.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(each.code)
      ? each.code
      : undefined
  )

// undici's words for a proxy's refusal of CONNECT or of the request; it has no code for either.
const refusalOf = (error: unknown): string | undefined =>
  within(error, (each) =>
    each instanceof Error
      ? /^Proxy (?:response|Authentication Required) \((\d{3})\)/.exec(each.message)?.[1]
      : undefined
  )

const said: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "there is no host of that name",
  EAI_AGAIN: "its name cannot be looked up",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ETIMEDOUT: "no connection came about in time",
  UND_ERR_CONNECT_TIMEOUT: "no connection came about in time",
  EHOSTUNREACH: "no way leads there",
  ENETUNREACH: "no way leads there",
  EPERM: "this machine forbids it",
  EACCES: "this machine forbids it"
}

const isCertificate = (code: string): boolean =>
  /CERT|CRL|^(?:INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH_EXCEEDED|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/.test(
    code
  )

const certificate = (code: string, setting: string): string => {
  if (code === "CERT_HAS_EXPIRED" || code === "CERT_NOT_YET_VALID") {
    return `The registry's certificate is not valid today (${code}): check this machine's clock; if it is right, only the registry can help.`
  }
  if (/ALTNAME|HOSTNAME/.test(code)) {
    return `The registry's certificate is for another name (${code}): check ${setting}.`
  }
  return (
    `The registry's certificate is not trusted (${code}). If a proxy, a firewall or a server of your own signed it, ` +
    "let NODE_EXTRA_CA_CERTS name a file with the signer's certificate (PEM); it must be set in the environment, for " +
    "Node.js reads it before any .env file."
  )
}

/**
 * What a missing answer means, by the error that `fetch` failed with. `setting` holds the address that was asked. An
 * untrusted certificate and a proxy's refusal do not pass by themselves.
 */
export const meaningOf = (error: unknown, setting: string): HttpMeaning => {
  const refusal = refusalOf(error)
  if (refusal !== undefined) return ofProxy(Number(refusal))
  const code = codeOf(error)
  if (code !== undefined && isCertificate(code)) {
    return { reason: "certificate", passing: false, detail: certificate(code, setting) }
  }
  const words =
    code === undefined ? "" : said[code] === undefined ? ` (${code})` : `: ${said[code]} (${code})`
  return {
    reason: "network",
    passing: true,
    detail: `The registry cannot be reached${words}. Check ${setting}, the network and, where there is one, the proxy (HTTPS_PROXY).`
  }
}

/** What it means if a proxy answers instead of the registry. */
export const ofProxy = (status: number): HttpMeaning =>
  status >= 500
    ? { reason: "network", passing: true, detail: `The proxy cannot reach the registry (${status}).` }
    : {
        reason: "proxy",
        passing: false,
        detail: `The proxy refuses to connect to the registry (${status}): check HTTPS_PROXY or HTTP_PROXY, with the user and the password in it.`
      }
