import type { Finding } from "./Registry.js"
import type { FindingSummary } from "./Run.js"

const exampleLimit = 100

/** Findings by code and field, the most frequent first, each with up to a hundred of its trials. */
export const summarize = (
  findings: ReadonlyArray<Finding & { readonly id: string }>
): ReadonlyArray<FindingSummary> => {
  const groups = new Map<string, { code: string; field: string | null; ids: Map<string, string | null> }>()
  for (const { code, field, id, value } of findings) {
    const key = JSON.stringify([code, field, field === null ? value : null])
    const group = groups.get(key) ?? { code, field, ids: new Map() }
    groups.set(key, group)
    group.ids.set(id, value)
  }
  return [...groups.values()]
    .map(({ code, field, ids }) => ({
      code,
      field,
      count: ids.size,
      examples: [...ids]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .slice(0, exampleLimit)
        .map(([id, value]) => ({ id, value }))
    }))
    .sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1))
}
