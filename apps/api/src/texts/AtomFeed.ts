import type { ChangeSummary, TrialVersion } from "trials-contract"
import { element, textElement } from "./Xml.js"

/** What a feed tells of a change. */
export interface Told extends Omit<TrialVersion, "trial"> {
  readonly trial: Pick<TrialVersion["trial"], "title">
}

/** What a feed tells of. */
export interface Feed {
  /** What addresses begin with; empty: they are relative to that of the feed. */
  readonly publicUrl: string
  /** What the feed is of, with its question mark where there is any. */
  readonly query: string
  /** The page of the trial that it is of, below that address; null where it is of more. */
  readonly trial: string | null
  /** The newest first. */
  readonly changes: ReadonlyArray<Told>
  /** Counts the changes of these days where there are more than the feed holds; else null. */
  readonly all: ChangeSummary | null
  /** The first instant of the days that it covers. */
  readonly since: string
}

/** How many characters of a value an entry shows. */
const mostShown = 300

// A tag (RFC 4151) stays the same wherever the data are served. The run tells apart what a restored database saw anew.
const tag = (rest: string): string => `tag:github.com,2026:trials-registry/trials/${rest}`

const idOf = ({ id, registry, runId, version }: Told): string =>
  tag(["change", registry, id, String(version), runId].map(encodeURIComponent).join("/"))

const what: Readonly<Record<TrialVersion["kind"], string>> = {
  created: "first seen",
  edited: "edited by its registry",
  remapped: "read otherwise by us",
  disappeared: "no longer listed by its registry",
  reappeared: "listed again"
}

const shown = (value: unknown): string => {
  if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) return "not said"
  const text = typeof value === "string" ? value : JSON.stringify(value)
  const characters = Array.from(text.slice(0, 2 * mostShown))
  return text.length <= mostShown ? text : `${characters.slice(0, mostShown).join("")}…`
}

/** A change without what a feed does not tell: two thousand whole trials may be large. */
export const toldOf = ({ changes, trial, ...version }: TrialVersion): Told => ({
  ...version,
  trial: { title: shown(trial.title) },
  changes: changes.map(({ field, from, to }) => ({ field, from: shown(from), to: shown(to) }))
})

const summaryOf = ({ changes, kind, mass, mergedInto, silent }: Told): string =>
  [
    `This trial was ${what[kind]}${silent ? ", without a new update date" : ""}${mass ? ", with many others at once" : ""}.`,
    ...(mergedInto === null ? [] : [`It is now part of ${mergedInto}.`]),
    ...changes.map(({ field, from, to }) => `${field}: ${shown(from)} → ${shown(to)}`)
  ].join("\n")

const html = (href: string) => element("link", { rel: "alternate", type: "text/html", href })

/** The page of a trial, below the address that people use. */
export const trialPage = (registry: string, id: string): string =>
  `/en/trials/${encodeURIComponent(registry)}/${encodeURIComponent(id)}`

const entryOf = (publicUrl: string, version: Told): string => {
  const { changes, id, kind, observedAt, registry, trial } = version
  const fields = changes.map(({ field }) => field)
  const said = kind === "edited" || kind === "remapped" ? `${what[kind]}: ${fields.join(", ")}` : what[kind]
  return element(
    "entry",
    {},
    [
      textElement("id", idOf(version)),
      textElement("title", `${shown(trial.title)} (${id}): ${shown(said)}`),
      textElement("updated", observedAt),
      html(publicUrl + trialPage(registry, id)),
      element("author", {}, textElement("name", kind === "remapped" ? "Trials" : registry)),
      element("category", { term: kind }),
      textElement("summary", summaryOf(version))
    ].join("")
  )
}

/** The entry that says how much more there is. */
const moreOf = ({ all, changes, publicUrl, query, since }: Feed): ReadonlyArray<string> => {
  const [newest] = changes
  if (all === null || newest === undefined) return []
  const counted = `${all.complete ? "" : "more than "}${all.counted.toLocaleString("en")}`
  const place = `${publicUrl}/en/changes${query === "" ? "?" : `${query}&`}since=${since.slice(0, 10)}`
  const text =
    `There are ${counted} changes since ${since.slice(0, 10)}, and this feed holds the newest ${changes.length.toLocaleString("en")}. ` +
    `The page has all of them, and so has /v1/changes with order=newest and since=${since}.`
  return [
    element(
      "entry",
      {},
      [
        textElement("id", tag(`more/${newest.seq}/${encodeURIComponent(newest.runId)}`)),
        textElement("title", `${counted} changes, more than this feed holds`),
        textElement("updated", newest.observedAt),
        html(place),
        element("author", {}, textElement("name", "Trials")),
        textElement("summary", text)
      ].join("")
    )
  ]
}

/** A feed as an Atom document (RFC 4287). */
export const atomOf = (feed: Feed): string => {
  const { changes, publicUrl, query, since, trial } = feed
  const entries = [...moreOf(feed), ...changes.map((version) => entryOf(publicUrl, version))]
  const body = [
    textElement("id", tag(`changes${query}`)),
    textElement("title", "Trials: what changed"),
    textElement(
      "subtitle",
      "What registries of clinical trials changed in the last seven days, as it was observed."
    ),
    textElement("updated", changes[0]?.observedAt ?? since),
    element("link", {
      rel: "self",
      type: "application/atom+xml",
      href: `${publicUrl}/v1/changes.atom${query}`
    }),
    html(publicUrl + (trial ?? `/en/changes${query}`)),
    element("author", {}, textElement("name", "Trials")),
    ...entries
  ]
  const root = element(
    "feed",
    { xmlns: "http://www.w3.org/2005/Atom", "xml:lang": "en" },
    `\n${body.join("\n")}\n`
  )
  return `<?xml version="1.0" encoding="utf-8"?>\n${root}\n`
}
