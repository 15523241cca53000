/**
 * Cutting any JSON to a number of bytes, with a note of everything that was cut.
 *
 * @module
 */

/** What may stand in JSON. */
export type Json = null | boolean | number | string | ReadonlyArray<Json> | { readonly [key: string]: Json }

/** What came as JSON, whose type does not say so. */
export const asJson = (value: unknown): Json => value as Json // parsed, or made of what was

/** Something that was cut: its beginning is still there. */
export interface Cut {
  /** Where it is: the keys, and the places in lists from 0. */
  readonly path: ReadonlyArray<string | number>
  /** How much of it is still there, and how much there was: UTF-16 code units of a text, items of a list, fields of an object. */
  readonly kept: number
  readonly of: number
  readonly unit: "characters" | "items" | "fields"
}

/** What is left, and what was cut of it. Where nothing was cut, the value is the one that was given. */
export interface CutValue {
  readonly value: Json
  readonly cuts: ReadonlyArray<Cut>
}

/** What ends a text of which a part was cut. */
export const ellipsis = "…"

/** How many bytes some JSON has: as UTF-8, without spaces. */
export const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value))

/** The beginning of a text, with so many code units at most. A character that takes two is kept whole or not at all. */
export const beginningOf = (text: string, most: number): string => {
  if (text.length <= most) return text
  const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00
  return text.slice(0, most > 0 && isHigh(text.charCodeAt(most - 1)) ? most - 1 : most)
}

/** A value with the bytes of each part of it, so that none is measured twice. */
type Sized =
  | { readonly kind: "plain"; readonly bytes: number; readonly value: null | boolean | number }
  | { readonly kind: "text"; readonly bytes: number; readonly value: string }
  | {
      readonly kind: "list" | "object"
      readonly bytes: number
      readonly value: Json
      readonly parts: ReadonlyArray<Part>
    }

interface Part {
  readonly key: string | number
  /** The bytes of the key and the signs around it. */
  readonly around: number
  readonly sized: Sized
}

const sizedOf = (value: Json): Sized => {
  if (typeof value === "string") return { kind: "text", bytes: bytesOf(value), value }
  if (typeof value !== "object" || value === null) return { kind: "plain", bytes: bytesOf(value), value }
  const isList = Array.isArray(value)
  const parts = isList
    ? value.map((item: Json, key): Part => ({ key, around: 1, sized: sizedOf(item) }))
    : Object.entries(value).map(([key, each]): Part => ({
        key,
        around: bytesOf(key) + 2,
        sized: sizedOf(each)
      }))
  const inside = parts.reduce((sum, { around, sized }) => sum + around + sized.bytes, 0)
  return { kind: isList ? "list" : "object", bytes: inside + (parts.length === 0 ? 2 : 1), value, parts }
}

// A shorter beginning tells nobody anything: rather fewer of them.
const leastText = 80
const leastOther = 400

/** The fewest bytes that a part is worth keeping with. */
const leastOf = ({ bytes, kind }: Sized): number =>
  kind === "plain" ? bytes : Math.min(bytes, kind === "text" ? leastText : leastOther)

/** The longest beginning of a text that takes so many bytes, its quotes and the ellipsis among them. */
const textWithin = (text: string, most: number): string => {
  const room = most - 2 - Buffer.byteLength(ellipsis)
  let [kept, beyond] = [0, text.length]
  while (beyond - kept > 1) {
    const middle = (kept + beyond) >> 1
    if (bytesOf(beginningOf(text, middle)) - 2 <= room) kept = middle
    else beyond = middle
  }
  return beginningOf(text, kept)
}

/** The largest share with which the parts fit into so many bytes, where none takes more than it needs. */
const shareOf = (parts: ReadonlyArray<Sized>, room: number): number => {
  const taken = (share: number) =>
    parts.reduce((sum, part) => sum + Math.min(part.bytes, Math.max(share, leastOf(part))), 0)
  let [fits, beyond] = [0, room + 1]
  while (beyond - fits > 1) {
    const middle = (fits + beyond) >> 1
    if (taken(middle) <= room) fits = middle
    else beyond = middle
  }
  return fits
}

/** The parts for which there is room: of a list its first ones, of an object every one that fits. */
const chosenOf = (parts: ReadonlyArray<Part>, isList: boolean, most: number): ReadonlyArray<Part> => {
  const chosen: Array<Part> = []
  let used = 2
  for (const part of parts) {
    const needs = part.around + leastOf(part.sized)
    if (used + needs <= most) {
      used += needs
      chosen.push(part)
    } else if (isList) break
  }
  return chosen
}

const within = (sized: Sized, most: number, path: Cut["path"], cuts: Array<Cut>): Json => {
  const { kind, value } = sized
  if (kind === "plain" || sized.bytes <= most) return value
  if (kind === "text") {
    const text = textWithin(value, most)
    cuts.push({ path, kept: text.length, of: value.length, unit: "characters" })
    return text + ellipsis
  }
  const { parts } = sized
  const isList = kind === "list"
  const chosen = chosenOf(parts, isList, most)
  if (chosen.length < parts.length)
    cuts.push({ path, kept: chosen.length, of: parts.length, unit: isList ? "items" : "fields" })
  const room = most - 2 - chosen.reduce((sum, { around }) => sum + around, 0)
  const share = shareOf(
    chosen.map(({ sized: each }) => each),
    room
  )
  const left = chosen.map(
    ({ key, sized: each }) =>
      [key, within(each, Math.max(share, leastOf(each)), [...path, key], cuts)] as const
  )
  return isList ? left.map(([, item]) => item) : Object.fromEntries(left)
}

/** The fewest bytes to which any JSON that is not a number can be cut: a text that is an ellipsis alone. */
export const leastBytes = 5

/**
 * Cuts some JSON so that it takes at most so many bytes, `leastBytes` or more: long texts and lists to their beginning, the
 * longest ones first. A number, true, false and null are never cut.
 */
export const cutTo = (value: Json, bytes: number): CutValue => {
  const cuts: Array<Cut> = []
  return { value: within(sizedOf(value), bytes, [], cuts), cuts }
}
