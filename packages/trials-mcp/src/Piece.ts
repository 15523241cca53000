import { beginningOf, bytesOf, type Json } from "./Cut.js"

/** A piece of a long text or list. */
export interface Piece {
  readonly value: Json
  /** How long the whole of it is: characters or items; null of what is neither. */
  readonly length: number | null
  /** Where the next piece begins; null at the end. */
  readonly next: number | null
}

const at = (value: Json | undefined, [key, ...rest]: ReadonlyArray<string>): Json | undefined => {
  if (key === undefined || value === undefined) return value
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined
  // What has the key: a list has its places.
  return at((value as { readonly [key: string]: Json })[key], rest)
}

/** The largest number from 1 to `most` that fits; 1 where none does. */
const largest = (most: number, fits: (number: number) => boolean): number => {
  let [found, beyond] = [1, most + 1]
  while (beyond - found > 1) {
    const middle = (found + beyond) >> 1
    if (fits(middle)) found = middle
    else beyond = middle
  }
  return found
}

const isLow = (unit: number): boolean => unit >= 0xdc00 && unit < 0xe000

const textFrom = (text: string, offset: number, bytes: number): Piece => {
  // The second half of a character does not begin a piece.
  const start = offset > 0 && isLow(text.charCodeAt(offset)) ? offset - 1 : offset
  const rest = text.slice(start)
  // Two units at least, so that a character of two gets on.
  const most = Math.max(
    2,
    largest(rest.length, (units) => bytesOf(beginningOf(rest, units)) <= bytes)
  )
  const value = beginningOf(rest, most)
  const next = start + value.length
  return { value, length: text.length, next: next < text.length ? next : null }
}

const listFrom = (list: ReadonlyArray<Json>, offset: number, bytes: number): Piece => {
  const rest = list.slice(offset)
  // One item at least, however long: it is cut then, and a path into it leads on.
  const value = rest.slice(
    0,
    largest(rest.length, (items) => bytesOf(rest.slice(0, items)) <= bytes)
  )
  const next = offset + value.length
  return { value, length: list.length, next: next < list.length ? next : null }
}

/**
 * What is at a path in some JSON, from a character or an item on, with so many bytes at most; null where nothing is there. A
 * list has one item at least, so that whoever pages through it gets on.
 */
export const pieceOf = (
  json: Json,
  path: ReadonlyArray<string>,
  offset: number,
  bytes: number
): Piece | null => {
  const value = at(json, path)
  if (value === undefined) return null
  if (typeof value === "string") return textFrom(value, offset, bytes)
  return Array.isArray(value) ? listFrom(value, offset, bytes) : { value, length: null, next: null }
}
