// Spellings that split the counts of one institution; the registry uses both.
const aliases: Readonly<Record<string, string>> = {
  고려대안암병원: "고려대학교 안암병원",
  고려대구로병원: "고려대학교 구로병원",
  고려대안산병원: "고려대학교 안산병원"
}

/** The fuller name of an institution that has two; null for any other name. */
export const aliasOf = (name: string): string | null =>
  Object.hasOwn(aliases, name) ? (aliases[name] ?? null) : null
