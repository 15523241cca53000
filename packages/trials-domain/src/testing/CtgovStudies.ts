import { cutTo } from "../registries/ctgov/CtgovPieces.js"
import type { CtgovPiece } from "../registries/ctgov/CtgovRecord.js"
import type { CtgovCalendar, CtgovState } from "./CtgovCalendar.js"
import { type CtgovTemplate, quoted, sample } from "./CtgovSample.js"
import { hashOf } from "./Permutation.js"

/** Studies as text, made when they are asked for. */
export interface CtgovStudies {
  /** Writes studies with these pieces, as JSON. */
  readonly writer: (
    pieces: ReadonlyArray<CtgovPiece>
  ) => (study: number, state: CtgovState, day: number) => string
}

/** The id of a study. */
export const idOf = (study: number): string => `NCT${10_000_000 + study}`

/** The study of an id; null if the id is of none that can ever be. */
export const studyOf = (id: string): number | null => {
  const found = /^NCT(\d{8})$/i.exec(id)
  const study = Number(found?.[1]) - 10_000_000
  return study >= 0 ? study : null
}

/** A study as it is written: what differs from study to study depends on this. */
interface Written {
  readonly template: CtgovTemplate
  readonly dateOf: (day: number) => string
  readonly study: number
  readonly state: CtgovState
  readonly day: number
  readonly status: string
  readonly isUnknown: boolean
  readonly isWithheld: boolean
  readonly isExpanded: boolean
  readonly isShort: boolean
}

/** Hundreds of outcomes, as the largest study has: about 700 KB. */
const tail = JSON.stringify(
  Array.from({ length: 459 }, (_, n) => ({
    measure: `Plasma concentration at visit ${n}`,
    timeFrame: `Day ${n}`,
    description: "The concentration is measured in blood that is drawn before the dose of the day. ".repeat(
      17
    )
  }))
)

/** The JSON where a mark stands; `""` leaves an optional member out. */
const values: Readonly<Record<string, (written: Written) => string>> = {
  id: ({ study }) => `"${idOf(study)}"`,
  aliases: ({ state }) => (state.aliases.length === 0 ? "" : quoted(state.aliases.map(idOf))),
  title: ({ isWithheld, study, template }) =>
    isWithheld
      ? '"[Trial of device that is not approved or cleared by the U.S. FDA]"'
      : `${template.title} (${study})"`,
  status: ({ isUnknown, isWithheld, status }) =>
    isWithheld ? '"WITHHELD"' : isUnknown ? '"UNKNOWN"' : `"${status}"`,
  lastKnown: ({ isUnknown, isWithheld, status }) =>
    isUnknown && !isWithheld ? `"${status === "UNKNOWN" ? "RECRUITING" : status}"` : "",
  studyType: ({ isExpanded, isWithheld, template }) =>
    isWithheld ? "" : isExpanded ? '"EXPANDED_ACCESS"' : template.studyType,
  sponsor: ({ isWithheld, template }) => (isWithheld ? '"[Redacted]"' : template.sponsor),
  enrollment: ({ state, study, template }) => String(template.enrollment + (study % 7) + state.edits),
  posted: ({ dateOf, state, template }) =>
    state.created === 0 ? template.posted : `"${dateOf(state.created)}"`,
  updated: ({ dateOf, state, template }) => {
    const day = state.edited ?? state.created
    return day === 0 ? template.updated : `"${dateOf(day)}"`
  },
  keywords: ({ state, study, template }) =>
    `${template.keywords}"protocol ${study % 1000}"${state.silent > 0 ? `,"revision ${state.silent}"` : ""}]`,
  criteria: ({ isShort, state, study, template }) =>
    `${template.criteria[(isShort ? 0 : 2) + Number(state.reingested)]}\\n* Consent to protocol ${study}"`,
  summary: ({ state, study, template }) =>
    `${template.summary[Number(state.reingested)]} Protocol ${study}."`,
  secondary: ({ study, template }) => (study % 100_000 === 777 ? tail : template.secondary),
  day: ({ dateOf, day }) => `"${dateOf(day)}"`
}

type Part = string | ((written: Written) => string)

/** A value where a mark stands: with its key and its comma if it may be left out. */
const part =
  (name: string, before = "", after = ""): Part =>
  (written) => {
    const value = values[name]?.(written) ?? ""
    return value === "" ? "" : `${before}${value}${after}`
  }

/** A text with marks, as its parts. Where an optional member is left out, its comma is, too. */
const partsOf = (text: string): ReadonlyArray<Part> => {
  const parts: Array<Part> = []
  let done = 0
  for (const found of text.matchAll(/(,?)("\w+":)"@@\?(\w+)@@"(,?)|"@@(\w+)@@"/g)) {
    const [whole, comma = "", key = "", optional, following = "", name] = found
    parts.push(text.slice(done, found.index))
    if (name !== undefined) parts.push(part(name))
    else if (optional !== undefined && comma !== "") parts.push(part(optional, `${comma}${key}`), following)
    else if (optional !== undefined) parts.push(part(optional, key, following))
    done = found.index + whole.length
  }
  return [...parts, text.slice(done)]
}

const writtenOf = (
  template: CtgovTemplate,
  { dateOf }: CtgovCalendar,
  seed: number,
  study: number,
  state: CtgovState,
  day: number
): Written => {
  const chance = hashOf(seed, study) % 1000
  const isExpanded = chance >= 2 && chance < 5
  return {
    template,
    dateOf,
    study,
    state,
    day,
    isExpanded,
    status: isExpanded ? "AVAILABLE" : template.status,
    // About 0.15 % of all studies are withheld for long (sources.md: 816 to 983 studies).
    isWithheld: state.withheld || chance < 2,
    // Of all studies 16 % are UNKNOWN.
    isUnknown: (state.flipped || (chance >= 100 && chance < 260)) && !isExpanded,
    // Real texts are shorter than those of the sample.
    isShort: chance % 5 > 1
  }
}

type Forms = ReadonlyArray<{ readonly template: CtgovTemplate; readonly parts: ReadonlyArray<Part> }>

// Made once, whatever number of upstreams asks for the same pieces.
const known = new Map<string, Forms>()
const mostKnown = 20

/** The studies of the sample, cut to some pieces and ready to be written. */
const formsOf = (pieces: ReadonlyArray<CtgovPiece>): Forms => {
  const key = pieces.join()
  const before = known.get(key)
  if (before !== undefined) return before
  const cut = cutTo(pieces)
  const forms = sample().map((template) => ({
    template,
    parts: partsOf(JSON.stringify(cut(template.marked)))
  }))
  if (known.size >= mostKnown) known.clear()
  known.set(key, forms)
  return forms
}

/** Makes the studies of a calendar out of the sample of real ones. Remembers the sample, and nothing of any study. */
export const studies = (calendar: CtgovCalendar, seed: number): CtgovStudies => ({
  writer: (pieces) => {
    const forms = formsOf(pieces)
    return (study, state, day) => {
      const form = forms[hashOf(seed, study, 3) % forms.length]
      if (form === undefined) return "{}"
      const written = writtenOf(form.template, calendar, seed, study, state, day)
      let text = ""
      for (const part of form.parts) text += typeof part === "string" ? part : part(written)
      return text
    }
  }
})
