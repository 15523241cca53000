import { Either } from "effect"
import type { IncomingMessage } from "node:http"
import proxyaddr from "proxy-addr"

/** Which of those that a request came through are proxies of ours: by address, and by how many hops they are away. */
export type TrustProxy = (address: string, hop: number) => boolean

/** No proxy: a client is whoever connects. */
export const none: TrustProxy = () => false

/**
 * Parses what Express' `trust proxy` takes: a number of hops, or addresses, subnets and the names `loopback`, `linklocal` and
 * `uniquelocal`, separated by commas. Left says what is wrong.
 */
export const parse = (text: string): Either.Either<TrustProxy, string> => {
  const given = text.trim()
  if (/^\d{1,3}$/.test(given)) return Either.right((_, hop) => hop < Number(given))
  return Either.try({
    try: () => proxyaddr.compile(given.split(/\s*,\s*/)),
    catch: () =>
      "must be a number of proxies, or their addresses, as in 1, loopback, 10.0.0.0/8 or 192.0.2.7, 2001:db8::/32"
  })
}

/** The address that a request came from, beyond the proxies. */
export const addressOf = (request: IncomingMessage, trust: TrustProxy): string | undefined =>
  // There is none once the client has gone.
  request.socket.remoteAddress === undefined ? undefined : proxyaddr(request, trust)
