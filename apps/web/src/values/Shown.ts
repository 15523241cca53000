import type { Visit } from "../Page.js"

/** Of what a value is, and how much of it is shown. */
export interface Shown {
  readonly visit: Visit
  readonly registry: string
  /** Where all of it is, as JSON. */
  readonly json: string
  /** How many characters of a text are shown at most. */
  readonly most: number
}

/** How many items of a list are shown at most. */
export const mostItems = 100

const hangul = /\p{Script=Hangul}/u

// What these registries write is Korean or English; of others it is not known.
const known: ReadonlySet<string> = new Set(["kdca", "ctgov"])

/** The language of a text of a registry, where it is known. */
export const languageOfText = (registry: string, text: string): string | undefined => {
  if (!known.has(registry)) return undefined
  return hangul.test(text.slice(0, 1000)) ? "ko" : "en"
}

/** The path of a trial, in the API below `/v1` and in the pages below the language. */
export const trialPath = ({ id, registry }: { readonly registry: string; readonly id: string }): string =>
  `/trials/${encodeURIComponent(registry)}/${encodeURIComponent(id)}`
