import { examplePath, pageOf, versionOf } from "../Example.js"

/** What the API answers of a trial with very many versions: the first of the first day of 2020, and one on each day after. */
export const longHistory = (count: number) => {
  const observed = (version: number) => new Date(Date.UTC(2020, 0, version)).toISOString()
  const versions = Array.from({ length: count }, (_, index) => {
    const version = count - index
    return versionOf({ version, enrollment: version }, { observedAt: observed(version) })
  })
  const history = (query: URLSearchParams) => {
    const begin = Number(query.get("cursor") ?? 0)
    const end = begin + Number(query.get("limit") ?? 20)
    return {
      items: versions.slice(begin, end),
      total: { value: count, relation: "eq" },
      nextCursor: end < count ? String(end) : null
    }
  }
  const until = (query: URLSearchParams) => query.get("until") ?? query.get("asOf") ?? "9999"
  const at = (query: URLSearchParams) => versions.find(({ observedAt }) => observedAt <= until(query))
  return {
    [examplePath]: (query: URLSearchParams) => at(query)?.trial,
    [`${examplePath}/history`]: history,
    [`${examplePath}/diff`]: (query: URLSearchParams) => ({
      registry: "ctgov",
      id: "NCT01234567",
      from: Number(query.get("from")),
      to: Number(query.get("to")),
      changes: []
    }),
    [`${examplePath}/related`]: () => ({ registry: "ctgov", id: "NCT01234567", items: [] }),
    "/v1/changes": (query: URLSearchParams) => {
      const found = at(query)
      return { ...pageOf(found === undefined ? [] : [found]), nextAfter: "0" }
    }
  }
}
