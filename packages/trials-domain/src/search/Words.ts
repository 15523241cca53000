/**
 * The words of a text, in the form in which they are searched: NFKC, lower case, Latin letters without their marks, Greek
 * letters that stand alone by name. What is no letter, digit or mark separates words, and so does a change of script: a
 * run of Hangul, Han or kana is one word of its own, in which any part is found.
 *
 * @module
 */
import { fold } from "../model/Text.js"

const syllable = "\\p{sc=Hangul}\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\u30fc"
const greek = "\\p{sc=Greek}"

const runs = new RegExp(`[${syllable}]+|${greek}+|(?:(?![${syllable}${greek}])[\\p{L}\\p{N}\\p{M}])+`, "gu")
const ofSyllables = new RegExp(`^[${syllable}]`, "u")

// Most text is in these, of which no letter needs more than its lower case.
const plain = /^[\u0020-\u007e\uac00-\ud7a3]*$/
const plainRuns = /[a-z0-9]+|[\uac00-\ud7a3]+/g

// Marks alone are no word.
const hasLetter = /[\p{L}\p{N}]/u

const withMarks = /[ς\u00c0-\u024f\u1e00-\u1eff]|[\u{300}-\u{36f}]/u

/** Letters that are no letter with a mark, as people write them who do not have them, and the sigma at the end of a word. */
const letters: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  ł: "l",
  đ: "d",
  ð: "d",
  þ: "th",
  ı: "i",
  ς: "σ"
}

const names: Readonly<Record<string, string>> = {
  α: "alpha",
  β: "beta",
  γ: "gamma",
  δ: "delta",
  ε: "epsilon",
  ζ: "zeta",
  η: "eta",
  θ: "theta",
  ι: "iota",
  κ: "kappa",
  λ: "lambda",
  μ: "mu",
  ν: "nu",
  ξ: "xi",
  ο: "omicron",
  π: "pi",
  ρ: "rho",
  σ: "sigma",
  ς: "sigma",
  τ: "tau",
  υ: "upsilon",
  φ: "phi",
  χ: "chi",
  ψ: "psi",
  ω: "omega"
}

const unmarked = (text: string): string =>
  text
    .normalize("NFD")
    .replace(/(\p{sc=Latin})\p{M}+/gu, "$1")
    .normalize("NFC")
    .replace(/[ßæœøłđðþıς]/g, (letter) => letters[letter] ?? letter)

/** A Greek letter by its name, and two as in `γδ`; a longer run is a word. */
const named = (run: string): ReadonlyArray<string> => {
  const bare = Array.from(run.normalize("NFD").replace(/\p{M}/gu, ""))
  const known = bare.flatMap((letter) => names[letter] ?? [])
  return bare.length <= 2 && known.length === bare.length ? known : [run]
}

const firstGreek = /^[\u0370-\u03ff\u1f00-\u1fff]/

/** The runs of letters of one script, as the text has them. */
const runsOf = (text: string): ReadonlyArray<string> => {
  if (plain.test(text)) return text.toLowerCase().match(plainRuns) ?? []
  // A variation selector says how a sign looks, and not which one it is.
  const folded = fold(text).replace(/[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu, "")
  return ((withMarks.test(folded) ? unmarked(folded) : folded).match(runs) ?? []).filter((run) =>
    hasLetter.test(run)
  )
}

/** The words of a text, in their order. */
export const wordsOf = (text: string): ReadonlyArray<string> => {
  const found = runsOf(text)
  return found.some((run) => firstGreek.test(run))
    ? found.flatMap((run) => (firstGreek.test(run) ? named(run) : run))
    : found
}

/** Whether a text ends with a letter that is searched by its name. */
export const endsWithName = (text: string): boolean => {
  const last = runsOf(text).at(-1)
  return last !== undefined && firstGreek.test(last) && named(last)[0] !== last
}

/** Whether a word is a run of syllables, in which any part is found. */
export const isSyllables = (word: string): boolean => word.charCodeAt(0) > 0x10ff && ofSyllables.test(word)

/** What separates words in a text, but for spaces: each sign once. */
export const signsOf = (text: string): ReadonlySet<string> =>
  new Set(plain.test(text) ? text.match(/[!-/:-@[-`{-~]/g) : fold(text).match(/[^\p{L}\p{N}\p{M}\s]/gu))
