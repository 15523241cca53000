import { Duration } from "effect"
import { styleText } from "node:util"
import * as Age from "trials-domain/Age"
import { proofMeaning, type Run, type RunReport, type Verdict } from "trials-domain/Run"
import { exits } from "../Failure.js"
import { clean } from "./Output.js"

const colour = { complete: "green", unchanged: "green", quarantined: "yellow", failed: "red" } as const

export const verdictOf = (run: Pick<Run, "verdict">): string => run.verdict ?? "running"

export const exitOf = (verdict: Verdict | null): number =>
  verdict === "quarantined" ? exits.quarantined : verdict === "failed" ? exits.failed : exits.done

const tookOf = ({ finishedAt, startedAt }: RunReport): string =>
  finishedAt === null
    ? ""
    : `, ${Age.format(Duration.millis(Date.parse(finishedAt) - Date.parse(startedAt)))}`

const list = (parts: ReadonlyArray<readonly [count: number, what: string]>): string =>
  parts
    .filter(([count]) => count > 0)
    .map(([count, what]) => `${count} ${what}`)
    .join(", ")

const loadedOf = ({ counts }: RunReport): string =>
  list([
    [counts.created, "created"],
    [counts.edited, counts.silent > 0 ? `edited, of which ${counts.silent} silent` : "edited"],
    [counts.remapped, "remapped"],
    [counts.disappeared, "disappeared"],
    [counts.reappeared, "reappeared"],
    [counts.unchanged, "unchanged"]
  ]) || "nothing"

// What may not pass by itself; the message says so where it is known.
const lasting: ReadonlySet<string> = new Set(["request", "page-size", "too-large", "redirect"])

const nextOf = ({ reason, runId, verdict }: RunReport): ReadonlyArray<string> => {
  if (reason === null) return []
  const look = `Look at \`trials runs show ${runId}\``
  if (verdict === "quarantined")
    return [`next      ${look}; the data stay as they were until a run is proven whole.`]
  if (verdict !== "failed") return []
  return lasting.has(reason.code)
    ? [`next      ${look}; the data are as they were.`]
    : [`next      Run again later; the data are as they were. ${look}.`]
}

const auditOf = ({ audit }: Run): ReadonlyArray<string> =>
  audit === null
    ? []
    : [
        `audit     ${audit.bucket === null ? "the whole registry" : `part ${audit.bucket}`}: ` +
          `${audit.trials} trials read whole, ${audit.hidden} edits that the list did not show`
      ]

/** The report of a run for a person: the verdict first, then its evidence, and what to do next. */
export const report = (run: Run): string => {
  const { counts, revision, verdict } = run
  const head = styleText([verdict === null ? "cyan" : colour[verdict], "bold"], verdictOf(run))
  const expected = counts.expected === null ? "" : ` of ${counts.expected}`
  const { proof } = run
  const isDry = run.reason === null && verdict !== null && run.observedAt === null
  const title = revision?.title ?? revision?.date ?? ""
  const rest = [
    `${run.registry}${run.reason === null ? "" : `: ${run.reason.message}`}`,
    ...(run.reason?.examples ?? []).map((example) => `            ${example}`),
    `read      ${counts.extracted}${expected} records${counts.detailed > 0 ? `, ${counts.detailed} of them whole` : ""}${counts.rejected > 0 ? `; ${counts.rejected} rejected` : ""}`,
    ...(proof === null ? [] : [`proof     ${proof}: ${proofMeaning[proof]}`]),
    `${isDry ? "would load" : "loaded   "} ${run.reason === null ? loadedOf(run) : "nothing"}`,
    ...(counts.missed === 0
      ? []
      : [`missed    ${counts.missed}, for the first time; what the next run misses too has disappeared`]),
    ...auditOf(run),
    `edition   ${revision === null ? "not known" : [title, revision.id].filter((text) => text !== "").join("  ")}`,
    `run       ${run.runId} (${run.startedAt}${tookOf(run)})`,
    ...run.notes.map((note) => `note      ${note}`),
    ...nextOf(run)
  ]
  return `${head}  ${rest.map(clean).join("\n")}`
}
