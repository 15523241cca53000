import { isIPv4, isIPv6 } from "node:net"

/** The eight groups of an IPv6 address. */
const groupsOf = (address: string): ReadonlyArray<number> => {
  const [left = "", right] = address
    .replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...bytes: ReadonlyArray<string>) => {
      const [a = 0, b = 0, c = 0, d = 0] = bytes.map(Number)
      return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`
    })
    .split("::")
  const numbers = (text: string) => (text === "" ? [] : text.split(":").map((group) => parseInt(group, 16)))
  const [first, last] = [numbers(left), numbers(right ?? "")]
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
}

/**
 * What counts as one client: an IPv4 address, or the /56 of an IPv6 address, as providers give one to each customer.
 * A server that listens on both sees an IPv4 address as `::ffff:192.0.2.1`.
 */
export const clientOf = (address: string | undefined): string => {
  // A proxy may append the port: `192.0.2.1:55`, `[2001:db8::1]:55`.
  const [, bracketed, v4] = /^(?:\[([^\]]+)\](?::\d+)?|([\d.]+):\d+)$/.exec(address ?? "") ?? []
  const [plain = ""] = (bracketed ?? v4 ?? address ?? "").split("%")
  if (isIPv4(plain)) return plain
  // What is no address is not kept: it may be of any length.
  if (!isIPv6(plain)) return ""
  const groups = groupsOf(plain)
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = groups
  if ([a, b, c, d, e].every((group) => group === 0) && f === 0xffff)
    return [g >> 8, g & 0xff, h >> 8, h & 0xff].join(".")
  return `${[a, b, c, d & 0xff00].map((group) => group.toString(16)).join(":")}::/56`
}
