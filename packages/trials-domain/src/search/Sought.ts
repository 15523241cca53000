/**
 * What a filter seeks: the terms that a trial must have, and what is checked of a trial that has them where the terms do not
 * decide. Words that follow each other are one such thing: terms do not say where they stand.
 *
 * @module
 */
import type { Instant } from "../model/Instant.js"
import type { TrialContent } from "../model/Trial.js"
import type { TrialFilter } from "../model/TrialFilter.js"
import { all, any, type Expression, isFound, type Term, without } from "./Expression.js"
import {
  acronymTag,
  coded,
  type CodedField,
  cut,
  dated,
  type DatedField,
  earliest,
  identifierOf,
  identifierTag,
  keysOf,
  latest,
  missing,
  registryTag,
  resultsTag,
  type SearchKeys,
  signOf,
  tagged,
  termsOf,
  type TextField,
  textFields,
  textTags,
  whole,
  yearOf
} from "./Terms.js"
import { endsWithName, isSyllables, signsOf, wordsOf } from "./Words.js"

/** A condition on a trial that its terms do not decide. */
export type Check =
  /** One of the searched texts has this piece. */
  | { readonly fields: ReadonlyArray<TextField>; readonly piece: string }
  /** The date is on one of these days, or may be: a month of which a day counts, counts. */
  | { readonly date: DatedField; readonly from: string | null; readonly to: string | null }
  /** The registry last changed the trial at one of these instants. */
  | { readonly updated: "since" | "until"; readonly instant: Instant }

/** What is sought. */
export interface Sought {
  /** `all` trials, or those that are `listed`, where nothing that has a term is sought. */
  readonly terms: Expression | "listed" | "all"
  /** Whether nothing is sought but the trials of a registry, or of a time. */
  readonly isPlain: boolean
  /**
   * The trials that `q` names: by an identifier or an acronym. They come first, and are hits whether or not they have the
   * words. Null where there is no `q`, or it can name none.
   */
  readonly named: Expression | null
  /** What is checked of every trial that has the terms or is named. */
  readonly checks: ReadonlyArray<Check>
  /** What is checked of a trial that has the terms and is not named: the words of `q`. */
  readonly wordChecks: ReadonlyArray<Check>
}

/** No trial has this term. */
const nothing: Term = { term: "no:1" }

/** The words of a part of a query, which stand next to each other. */
interface Piece {
  readonly terms: ReadonlyArray<Term>
  /** What a searched text must have. */
  readonly piece: string
  /** Whether the terms say so, too. */
  readonly isDecided: boolean
}

/** Of one or two letters, a word is meant as it is; a longer one may go on, and so may a run of syllables. */
const isWhole = (word: string): boolean => Array.from(word).length <= 2

const termsOfPart = (word: string, mayGoOn: boolean): ReadonlyArray<Term> => {
  if (!isSyllables(word)) {
    const term = cut(word)
    return [mayGoOn && term === word ? { term, prefix: true } : { term }]
  }
  const syllables = Array.from(word)
  const last = syllables.length - 2
  // Every second pair, and the last one, name all of them. The piece decides where there are more than one.
  return last < 0
    ? termsOf(word).map((term) => ({ term }))
    : syllables.flatMap((one, n) =>
        n <= last && (n % 2 === 0 || n === last) ? [{ term: one + (syllables[n + 1] ?? "") }] : []
      )
}

/** The part of a query between two spaces. Null if it has no word. */
const pieceOf = (part: string): Piece | null => {
  const words = wordsOf(part)
  const [first] = words
  const last = words.at(-1)
  if (first === undefined || last === undefined) return null
  const mayGoOn = isSyllables(last) || !(isWhole(last) || endsWithName(part))
  const terms = words.flatMap((word, n) => termsOfPart(word, mayGoOn && n === words.length - 1))
  const opening = isSyllables(first) ? "" : " "
  const isDecided = words.length === 1 && terms.length === 1 && cut(first) === first
  return { terms, piece: `${opening}${words.join(" ")}${mayGoOn ? "" : " "}`, isDecided }
}

/** How many terms of one text are asked of an index that does not know which of them are rare. */
export const fewTerms = 6

/** What a text of a query seeks, in some texts. Null if it has no word. */
const textSought = (
  query: string,
  fields: ReadonlyArray<TextField>,
  tags: ReadonlyArray<string | null>,
  mostTerms: number
): { readonly terms: Expression; readonly checks: ReadonlyArray<Check> } | null => {
  const pieces = query
    .split(/\s+/u)
    .map(pieceOf)
    .filter((piece) => piece !== null)
  if (pieces.length === 0) return null
  const terms = new Map<string, Term>()
  const checks = new Map<string, Check>()
  // Long words are rare, so that they leave few trials to check.
  if (pieces.length > mostTerms) pieces.sort((a, b) => b.piece.length - a.piece.length)
  for (const piece of pieces) {
    const asked = piece.terms.slice(0, mostTerms - terms.size)
    for (const term of asked) terms.set(JSON.stringify(term), term)
    if (asked.length === 0 || !piece.isDecided) checks.set(piece.piece, { fields, piece: piece.piece })
  }
  const inAny = ({ prefix, term }: Term): Expression =>
    any(
      tags.map((tag) => ({
        term: tag === null ? term : tagged(tag, term),
        ...(prefix === undefined ? {} : { prefix })
      }))
    )
  return { terms: all([...terms.values()].map(inAny)), checks: [...checks.values()] }
}

/** What signs alone seek: the trials in whose texts they are. Null if there are none. */
const signsSought = (query: string): Expression | null => {
  const signs = [...signsOf(query)]
  return signs.length === 0 ? null : all(signs.map((sign) => ({ term: signOf(sign) })))
}

/** In which texts each filter looks. */
const lookedIn = {
  title: ["title"],
  department: ["department"],
  institution: ["institution"],
  sponsor: ["institution", "sponsor"],
  condition: ["condition"],
  intervention: ["intervention"]
} as const satisfies Readonly<Record<string, ReadonlyArray<TextField>>>

// Of all objects here, `Object.keys` gives their own keys.
const textFilters = Object.keys(lookedIn) as ReadonlyArray<keyof typeof lookedIn>
const codedFilters = Object.keys(coded) as ReadonlyArray<CodedField>
const datedFilters = Object.keys(dated) as ReadonlyArray<DatedField>

/** The years from one to another as terms: decades where all of one counts. */
const years = (tag: string, from: number, to: number): Expression => {
  const found: Array<Expression> = []
  for (let year = from; year <= to;) {
    const isDecade = year % 10 === 0 && year + 9 <= to
    found.push({ term: tagged(tag, isDecade ? String(year).slice(0, 3) : String(year)) })
    year += isDecade ? 10 : 1
  }
  return found.length === 0 ? nothing : any(found)
}

/**
 * What a filter seeks. `codedBy` has the term of each coded filter that is given: `codedTerms` says which it may be. An index is
 * asked for `mostTerms` of a text, as it reads all that it has of each; the words of others are checked.
 */
export const soughtBy = (
  filter: TrialFilter,
  codedBy: Readonly<Partial<Record<CodedField, Term>>>,
  mostTerms = fewTerms
): Sought => {
  const terms: Array<Expression> = []
  const checks: Array<Check> = []
  const wordChecks: Array<Check> = []
  const limits: Array<Expression> = []
  if (filter.q !== undefined) {
    const found = textSought(filter.q, textFields, [null], mostTerms)
    terms.push(found?.terms ?? signsSought(filter.q) ?? nothing)
    wordChecks.push(...(found?.checks ?? []))
  }
  for (const name of textFilters) {
    const query = filter[name]
    if (query === undefined) continue
    const fields = lookedIn[name]
    const found = textSought(
      query,
      fields,
      fields.map((field) => textTags[field]),
      mostTerms
    )
    limits.push(found?.terms ?? nothing)
    checks.push(...(found?.checks ?? []))
  }
  for (const name of codedFilters) {
    const term = codedBy[name]
    if (term !== undefined) limits.push(term)
  }
  for (const name of datedFilters) {
    const [from = null, to = null] = [filter[`${name}From`], filter[`${name}To`]]
    if (from === null && to === null) continue
    limits.push(
      from !== null && to !== null && from > `${to}~`
        ? nothing
        : years(dated[name], from === null ? earliest : yearOf(from), to === null ? latest : yearOf(to))
    )
    // Whole years are terms.
    if ((from?.length ?? 4) > 4 || (to?.length ?? 4) > 4 || [from, to].some((end) => isOutside(end)))
      checks.push({ date: name, from, to })
  }
  if (filter.hasResults !== undefined)
    limits.push({ term: tagged(resultsTag, String(Number(filter.hasResults))) })
  if (filter.identifier !== undefined)
    limits.push(namedBy(identifierTag, identifierOf(filter.identifier)) ?? nothing)
  const isPlain = terms.length === 0 && limits.length === 0
  if (filter.updatedSince !== undefined) checks.push({ updated: "since", instant: filter.updatedSince })
  if (filter.updatedUntil !== undefined) checks.push({ updated: "until", instant: filter.updatedUntil })
  if (filter.registry !== undefined) limits.push({ term: tagged(registryTag, whole(filter.registry)) })
  const sought = [...terms, ...limits]
  if (sought.length === 0)
    return { terms: filter.missing === true ? "all" : "listed", isPlain, named: null, checks, wordChecks }
  const not = filter.missing === true ? [] : [{ term: missing }]
  const names =
    filter.q === undefined
      ? []
      : [namedBy(identifierTag, identifierOf(filter.q)), namedBy(acronymTag, whole(filter.q))].filter(
          (each) => each !== null
        )
  const named = names.length === 0 ? null : without(all([any(names), ...limits]), not)
  return {
    terms: without(all(sought), named === null ? not : [...not, ...names]),
    isPlain,
    named,
    checks,
    wordChecks
  }
}

const isOutside = (date: string | null): boolean =>
  date !== null && (Number(date.slice(0, 4)) <= earliest || Number(date.slice(0, 4)) >= latest)

const namedBy = (tag: string, value: string): Term | null =>
  value === "" ? null : { term: tagged(tag, value) }

const dateOf = (content: TrialContent, { date, from, to }: Extract<Check, { date: unknown }>): boolean => {
  const told = content[date]
  // `~` comes after every sign of a date, so that it ends a year or a month.
  return told !== null && (from === null || `${told}~` >= from) && (to === null || told <= `${to}~`)
}

/** A trial, as far as a filter looks at it. */
export interface Sighted extends TrialContent {
  readonly registry: string
  readonly id: string
  readonly updatedAt: string
  readonly missingSince: string | null
}

/** Whether a check holds of a trial. */
const holds = (check: Check, trial: Sighted, { texts }: SearchKeys): boolean => {
  if ("piece" in check) return check.fields.some((field) => texts[field].includes(check.piece))
  if ("date" in check) return dateOf(trial, check)
  return check.updated === "since" ? trial.updatedAt >= check.instant : trial.updatedAt <= check.instant
}

/**
 * Whether a trial is one that is sought, as the index would say; `missingToo` as in the filter. Its keys are those that
 * `keysOf` gives: a caller with several searches makes them once.
 */
export const isSought =
  ({ checks, named, terms, wordChecks }: Sought, missingToo: boolean) =>
  (trial: Sighted, keys: SearchKeys = keysOf({ ...trial, content: trial })): boolean => {
    if (trial.missingSince !== null && !missingToo) return false
    const all = (each: ReadonlyArray<Check>) => each.every((check) => holds(check, trial, keys))
    const isHit =
      (named !== null && isFound(named, keys.terms)) ||
      ((typeof terms === "string" || isFound(terms, keys.terms)) && all(wordChecks))
    return isHit && all(checks)
  }
