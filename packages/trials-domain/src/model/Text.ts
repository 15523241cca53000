/**
 * Text as registries write it, made comparable: what differs only by noise compares equal.
 */

// C0 and C1 controls (tab and line breaks count as space below), soft hyphen, zero-width marks, word joiner, BOM.
// oxlint-disable-next-line no-control-regex -- these are the characters to remove
const invisible = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u200b-\u200f\u2060\ufeff]/gu

// Printable ASCII and whole Hangul syllables: nothing to normalize, nothing invisible. Most text is nothing else.
const plain = /^[\u0020-\u007e\uac00-\ud7a3]*$/

/**
 * Well-formed, NFC, without invisible characters, runs of white space collapsed to one space, trimmed.
 * Two spellings with the same tidy text are the same value (promise 3).
 */
export const tidy = (text: string): string =>
  plain.test(text)
    ? text.replace(/ {2,}/g, " ").trim()
    : text
        .toWellFormed()
        .replace(invisible, "")
        .normalize("NFC")
        .replace(/[\s\u0085]+/gu, " ")
        .trim()

/** Whether nothing of a text is left to look for: it is empty, white space, or invisible. */
export const isBlank = (text: string): boolean => fold(text) === ""

/** The key under which text is searched: tidy, NFKC and lower case. Never shown, never stored as a value. */
export const fold = (text: string): string =>
  plain.test(text) ? tidy(text.toLowerCase()) : tidy(text.normalize("NFKC").toLowerCase()).normalize("NFKC")
