import { Predicate } from "effect"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"

type Json = Record<string, unknown>

const within = (parent: Json, key: string): Json => {
  const found = parent[key]
  const made = Predicate.isRecord(found) ? found : {}
  parent[key] = made
  return made
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

/**
 * A real study in which what differs from study to study are marks, as in `"@@title@@"`, or `"@@?aliases@@"` where a member
 * may be left out; and the values that the study itself has.
 */
export interface CtgovTemplate {
  readonly marked: Json
  readonly status: string
  /** As JSON, without the last quotation mark. */
  readonly title: string
  /** As JSON, like all that follows. */
  readonly sponsor: string
  readonly posted: string
  readonly updated: string
  readonly enrollment: number
  readonly studyType: string
  /** Without the bracket at the end, and with a comma if there are any. */
  readonly keywords: string
  readonly secondary: string
  /** Criteria without the last quotation mark: short or whole, with the markup of before or after the new ingest. */
  readonly criteria: ReadonlyArray<string>
  readonly summary: ReadonlyArray<string>
}

/** A value as JSON. */
export const quoted = (value: unknown): string => JSON.stringify(value) ?? '""'

/** JSON of a text, to which something is added. */
const open = (json: string): string => json.slice(0, -1)

const mark = (name: string): string => `@@${name}@@`

/** The same words with other markup. */
const reingested = (text: string): string => `<p>${text.replaceAll("\n\n", "</p>\n\n<p>")}</p>`

/** The beginning of a text: whole lines, about a third of it. */
const short = (text: string): string =>
  text.slice(0, text.indexOf("\n", text.length / 3) + 1 || undefined).trim()

const templateOf = (marked: Json): CtgovTemplate => {
  const protocol = within(marked, "protocolSection")
  const module = (name: string) => within(protocol, `${name}Module`)
  const [identification, status, design] = [module("identification"), module("status"), module("design")]
  const [conditions, outcomes, eligibility] = [
    module("conditions"),
    module("outcomes"),
    module("eligibility")
  ]
  const [sponsors, description] = [module("sponsorCollaborators"), module("description")]
  const lead = within(sponsors, "leadSponsor")
  const enrollment = within(design, "enrollmentInfo")
  const [posted, updated] = [
    within(status, "studyFirstPostDateStruct"),
    within(status, "lastUpdatePostDateStruct")
  ]
  const [criteria, summary] = [
    textOf(eligibility["eligibilityCriteria"]),
    textOf(description["briefSummary"])
  ]
  const { keywords, ...others } = conditions
  const template = {
    marked,
    status: textOf(status["lastKnownStatus"] ?? status["overallStatus"]),
    title: open(quoted(identification["briefTitle"])),
    sponsor: quoted(lead["name"]),
    posted: quoted(posted["date"]),
    updated: quoted(updated["date"]),
    enrollment: Number(enrollment["count"] ?? 0),
    studyType: quoted(design["studyType"]),
    keywords: `[${Array.isArray(keywords) ? keywords.map((each) => `${quoted(each)},`).join("") : ""}`,
    secondary:
      outcomes["secondaryOutcomes"] === undefined ? "" : JSON.stringify(outcomes["secondaryOutcomes"]),
    criteria: [short(criteria), criteria]
      .flatMap((text) => [text, reingested(text)])
      .map((text) => open(quoted(text))),
    summary: [summary, reingested(summary)].map((text) => open(quoted(text)))
  }
  const { nctId: _, ...identified } = identification
  protocol["identificationModule"] = {
    nctId: mark("id"),
    nctIdAliases: mark("?aliases"),
    ...identified,
    briefTitle: mark("title")
  }
  protocol["conditionsModule"] = { ...others, keywords: mark("keywords") }
  Object.assign(status, { overallStatus: mark("status"), lastKnownStatus: mark("?lastKnown") })
  design["studyType"] = mark("?studyType")
  lead["name"] = mark("sponsor")
  enrollment["count"] = mark("enrollment")
  posted["date"] = mark("posted")
  updated["date"] = mark("updated")
  outcomes["secondaryOutcomes"] = mark("?secondary")
  eligibility["eligibilityCriteria"] = mark("criteria")
  description["briefSummary"] = mark("summary")
  within(within(marked, "derivedSection"), "miscInfoModule")["versionHolder"] = mark("day")
  return template
}

const read = (): ReadonlyArray<CtgovTemplate> => {
  const file = createRequire(import.meta.url).resolve("trials-domain/sample/ctgov.json")
  const held: { readonly studies: ReadonlyArray<Json> } = JSON.parse(readFileSync(file, "utf8"))
  return held.studies.map(templateOf)
}

let templates: ReadonlyArray<CtgovTemplate> | undefined

/** The studies of the sample that comes with this package; it is read once. */
export const sample = (): ReadonlyArray<CtgovTemplate> => (templates ??= read())
