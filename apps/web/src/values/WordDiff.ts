import { diffArrays } from "diff"

/** A part of two texts: of the old one, of the new one, or of both. */
export interface DiffPart {
  readonly kind: "same" | "old" | "new"
  readonly text: string
}

// A word of letters and digits, white space, or one other character. Korean words end at a space: ICU's segmenter knows
// no other end of them either, and takes much longer.
const token = /[\p{L}\p{M}\p{N}]+|\s+|[^\p{L}\p{M}\p{N}\s]/gu
const letter = /[\p{L}\p{M}\p{N}]/u

// Where there are no spaces, a run of letters is a sentence: then its characters are compared.
const longestWord = 12
const unspaced = /[\p{Script=Hangul}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u

const tokensOf = (text: string): Array<string> =>
  (text.match(token) ?? []).flatMap((word) =>
    word.length > longestWord && unspaced.test(word) ? Array.from(word) : [word]
  )

// Of a run of letters that goes on for longer there is no beginning to go back to.
const longestPiece = 200

// The cost grows with the square of the edits: beyond these bounds two texts count as different throughout.
const mostCompared = 20_000
const mostEdits = 200

/** How many characters two texts share at one end, without a piece of a word or half of a pair that begins to differ. */
const shared = (most: number, from: (at: number) => string, to: (at: number) => string): number => {
  let length = 0
  while (length < most && from(length) === to(length)) length++
  let piece = 0
  while (piece < length && piece <= longestPiece && letter.test(from(length - 1 - piece))) piece++
  if (piece <= longestPiece) length -= piece
  return length > 0 && !from(length - 1).isWellFormed() ? length - 1 : length
}

const compared = (from: string, to: string): ReadonlyArray<DiffPart> => {
  const whole = [
    { kind: "old", text: from },
    { kind: "new", text: to }
  ] as const
  if (Math.max(from.length, to.length) > mostCompared) return whole
  const found = diffArrays(tokensOf(from), tokensOf(to), { maxEditLength: mostEdits })
  // Nothing where there are more edits than that, which its type does not say.
  return (
    (found as typeof found | undefined)?.map(({ added, removed, value }) => ({
      kind: removed ? "old" : added ? "new" : "same",
      text: value.join("")
    })) ?? whole
  )
}

/** Joins changes between which next to nothing stayed: what is left is one phrase in place of another. */
const joined = (parts: ReadonlyArray<DiffPart>): ReadonlyArray<DiffPart> => {
  const made: Array<DiffPart> = []
  const pending = { old: "", new: "" }
  let between = ""
  const add = (kind: DiffPart["kind"], text: string) => void (text !== "" && made.push({ kind, text }))
  const flush = (after: string) => {
    add("old", pending.old)
    add("new", pending.new)
    pending.old = pending.new = ""
    add("same", between + after)
    between = ""
  }
  for (const { kind, text } of parts) {
    if (kind !== "same") {
      pending.old += between
      pending.new += between
      between = ""
      pending[kind] += text
    } else if (text.trim().length <= 1 && pending.old + pending.new !== "") between += text
    else flush(text)
  }
  flush("")
  return made
}

/**
 * Two texts word by word. The old parts and those that are the same, joined, are the old text; the new ones and those that
 * are the same, the new text.
 */
export const wordDiff = (from: string, to: string): ReadonlyArray<DiffPart> => {
  const most = Math.min(from.length, to.length)
  const start = shared(
    most,
    (at) => from.charAt(at),
    (at) => to.charAt(at)
  )
  const end = shared(
    most - start,
    (at) => from.charAt(from.length - 1 - at),
    (at) => to.charAt(to.length - 1 - at)
  )
  return joined([
    { kind: "same", text: from.slice(0, start) },
    ...compared(from.slice(start, from.length - end), to.slice(start, to.length - end)),
    { kind: "same", text: from.slice(from.length - end) }
  ])
}
