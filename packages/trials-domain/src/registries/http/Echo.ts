/**
 * Finds a secret in what an upstream sends back, whatever it did to its case, its punctuation and its percent-encoding.
 *
 * @module
 */
import { Option, Redacted } from "effect"

const decode = Option.liftThrowable(decodeURIComponent)

/** A text as sent, and as it reads after one and after two decodings. */
const readings = (text: string): ReadonlyArray<string> => {
  const once = Option.getOrElse(decode(text), () => text)
  return [text, once, Option.getOrElse(decode(once), () => once)]
}

/** The letters and digits of a text, in lower case. */
const bare = (text: string): string => text.toLowerCase().replace(/[^0-9a-z]+/g, "")

/** Parts of a text of one length, each beginning `step` characters after the one before; a shorter text is one part. */
const parts = (text: string, length: number, step: number): ReadonlyArray<string> =>
  text.length <= length
    ? [text]
    : Array.from({ length: Math.floor((text.length - length) / step) + 1 }, (_, n) =>
        text.slice(n * step, n * step + length)
      )

/** What is looked for in an answer. */
export interface Echo {
  /** Whether an address has anything of a secret in it: any eight letters and digits in a row. */
  readonly isIn: (address: string) => boolean
  /** Whether a body repeats a secret, or a part of about twenty letters and digits. */
  readonly isRepeatedIn: (body: string) => boolean
}

/** Looks for these secrets, in both of their spellings: encoded and decoded. */
export const of = (secrets: ReadonlyArray<Redacted.Redacted<string>>): Echo => {
  const spellings = [
    ...new Set(
      secrets
        .map((secret) => Redacted.value(secret).trim())
        .flatMap((secret) => [...readings(secret), ...readings(secret).map(encodeURIComponent)])
        .map(bare)
        .filter((text) => text !== "")
    )
  ]
  const short = spellings.flatMap((text) => parts(text, 8, 1))
  // A word that someone uses as a key on a server of their own may be in any body.
  const long = spellings.filter((text) => text.length >= 16).flatMap((text) => parts(text, 16, 4))
  return {
    isIn: (address) => readings(address).some((text) => short.some((part) => bare(text).includes(part))),
    isRepeatedIn: (body) => {
      if (long.length === 0) return false
      // JSON may write any character by its number.
      const read = body.replace(/\\u00([0-7][0-9a-f])/gi, (_, hex: string) =>
        String.fromCharCode(Number.parseInt(hex, 16))
      )
      const text = bare(read)
      return long.some((part) => text.includes(part))
    }
  }
}
