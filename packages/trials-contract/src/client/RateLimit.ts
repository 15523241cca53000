/** What a server says of one of its limits. */
interface Limit {
  /** Requests that are left. */
  readonly left: number
  /** Seconds until there are all of them again. */
  readonly reset: number
  /** Requests that there are in all. */
  readonly quota: number | undefined
}

/** The members of `"default";r=12;t=34, "daily";r=5;t=6`, by name. */
const members = (text: string | null): ReadonlyMap<string, string> =>
  new Map([...(text ?? "").matchAll(/"([^"]*)"([^,]*)/g)].map(([, name = "", rest = ""]) => [name, rest]))

const parameter = (text: string | undefined, name: string): number | undefined => {
  const [, digits] = new RegExp(`;\\s*${name}=(\\d+)`).exec(text ?? "") ?? []
  return digits === undefined ? undefined : Number(digits)
}

/** The limits that an answer tells of: `RateLimit` and `RateLimit-Policy`, as in draft 8 of the header fields. */
const limitsOf = (headers: Headers): ReadonlyArray<Limit> => {
  const policies = members(headers.get("ratelimit-policy"))
  return [...members(headers.get("ratelimit"))].flatMap(([name, text]) => {
    const left = parameter(text, "r")
    const reset = parameter(text, "t")
    return left === undefined || reset === undefined
      ? []
      : [{ left, reset, quota: parameter(policies.get(name), "q") }]
  })
}

/** The seconds until a server that has no requests left has some; undefined where it has, or does not say. */
export const resetOf = (headers: Headers): number | undefined => {
  const [most] = limitsOf(headers)
    .filter(({ left }) => left === 0)
    .map(({ reset }) => reset)
    .sort((a, b) => b - a)
  return most
}

/**
 * The seconds to wait before the next request, so that a limit is not reached: none while a tenth of its requests is left,
 * then so many that the rest lasts until there are all of them again.
 */
export const paceOf = (headers: Headers): number =>
  Math.max(
    0,
    ...limitsOf(headers).map(({ left, quota = 100, reset }) => (left < quota / 10 ? reset / (left + 1) : 0))
  )
