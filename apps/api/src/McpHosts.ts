import { Either } from "effect"

const wrong =
  "must be names of hosts without a port, separated by commas, as in trials.example.org, 192.0.2.7"

/** The name of a host in the form in which it is compared; null where it is none. */
const nameOf = (text: string): string | null => {
  const address = `http://${text}`
  if (!URL.canParse(address)) return null
  const { hostname, href } = new URL(address)
  return hostname !== "" && href === `http://${hostname}/` && !/[/?#@]/.test(text) ? hostname : null
}

/** Parses names of hosts with commas between them. Left says what is wrong. */
export const parse = (text: string): Either.Either<ReadonlyArray<string>, string> => {
  const names = text.split(",").map((each) => nameOf(each.trim()))
  return names.every((name) => name !== null) ? Either.right(names) : Either.left(wrong)
}

const loopback = ["localhost", "127.0.0.1", "[::1]"]

const isLoopback = (host: string): boolean => /^(?:localhost|127(?:\.\d+){3}|::1)$/i.test(host)

/**
 * The hosts by which `/mcp` may be asked: those of this machine, where the API listens to nobody else; that of the address that
 * people use; and further ones. A page whose own name leads to this machine has another host.
 */
export const allowed = (
  host: string,
  publicUrl: string,
  further: ReadonlyArray<string>
): ReadonlyArray<string> => [
  ...(isLoopback(host) ? loopback : []),
  ...(publicUrl === "" ? [] : [new URL(publicUrl).hostname]),
  ...further
]
