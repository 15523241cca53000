import type { PackedManifest } from "./PackedFolder.js"

/** What the sweep reads of a release, without downloading anything. */
export interface ReleaseNote {
  readonly number: number
  readonly base: number
  /** As in 2026-11. */
  readonly month: string
}

const cell = (text: string | number): string => String(text).replace(/[|\n<>]/g, " ")

const table = (
  head: ReadonlyArray<string>,
  rows: ReadonlyArray<ReadonlyArray<string | number>>
): ReadonlyArray<string> =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.map(cell).join(" | ")} |`)

/** The text of a release on GitHub: first what the sweep reads, which a page does not show, then what people read. */
export const noteOf = ({ base, counts, month, number, parent, registries }: PackedManifest): string =>
  [
    `<!-- trials ${JSON.stringify({ number, base, month } satisfies ReleaseNote)} -->`,
    "",
    ...table(
      ["registry", "last run", "attribution", "licence"],
      registries.map(({ attribution, lastRun, licence, title }) => [
        title,
        lastRun.verdict ?? "none",
        attribution,
        licence ?? "not confirmed"
      ])
    ),
    "",
    ...table(
      ["", ""],
      Object.entries(counts).map(([name, count]) => [name, count])
    ),
    "",
    parent === null ? "The first release." : `It goes on from ${parent.number}.`,
    "`trials release restore` brings it into a database."
  ].join("\n")

/** Reads it again; null if the text has none. */
export const readNote = (body: string): ReleaseNote | null => {
  const [, text] = /^<!-- trials (\{[^\n]*\}) -->/.exec(body) ?? []
  if (text === undefined) return null
  try {
    const { base, month, number }: Partial<Record<keyof ReleaseNote, unknown>> = JSON.parse(text)
    return typeof number === "number" &&
      typeof base === "number" &&
      typeof month === "string" &&
      /^\d{4}-\d\d$/.test(month)
      ? { number, base, month }
      : null
  } catch {
    return null
  }
}
