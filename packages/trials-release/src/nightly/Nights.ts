import { readFile } from "node:fs/promises"

/** What the report of a run says, as far as a night's summary needs it. */
export interface NightRun {
  readonly runId: string
  readonly registry: string
  readonly verdict: string
  readonly revision: { readonly id: string; readonly date: string | null } | null
  readonly counts: Readonly<Record<string, number | null>>
  readonly reason: { readonly message: string } | null
}

/** The reports of a night's runs: what `trials sync --json` printed, one a line. A night that was stopped has none. */
export const readRuns = async (path: string): Promise<ReadonlyArray<NightRun>> => {
  const text = await readFile(path, "utf8").catch(() => "")
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
    .filter((run) => typeof run.runId === "string")
}

/** Text of a registry as Markdown that shows it as it is: no mention, no link, no table. */
export const quoted = (text: string): string => `\`${text.replace(/[`|]/g, "'").replace(/\s+/g, " ")}\``

const columns = [
  "expected",
  "extracted",
  "detailed",
  "created",
  "edited",
  "silent",
  "remapped",
  "disappeared",
  "reappeared",
  "unchanged"
]

/** A night's runs as a table in Markdown. */
export const summaryOf = (runs: ReadonlyArray<NightRun>): string =>
  [
    `| registry | verdict | ${columns.join(" | ")} | edition |`,
    `| --- | --- | ${columns.map(() => "---:").join(" | ")} | --- |`,
    ...runs.map(({ counts, registry, revision, verdict }) => {
      const edition = revision === null ? "not known" : quoted(revision.date ?? revision.id)
      return `| ${registry} | ${verdict} | ${columns.map((name) => counts[name] ?? "").join(" | ")} | ${edition} |`
    }),
    "",
    ...runs.flatMap(({ reason, registry }) =>
      reason === null ? [] : [`${registry}: ${quoted(reason.message)}`, ""]
    )
  ].join("\n")
