/** A number that looks random, from 0 to 2^32 - 1; equal for equal parts. */
export const hashOf = (...parts: ReadonlyArray<number>): number => {
  let hash = 0x9e3779b9
  for (const part of parts) {
    hash = Math.imul(hash ^ (part | 0), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return hash >>> 0
}

/** An order of the numbers from 0 to `size` - 1, which needs no memory. `size` is at most 2^26. */
export interface Permutation {
  readonly size: number
  /** The number at a place. */
  readonly at: (place: number) => number
  /** The place of a number. */
  readonly placeOf: (number: number) => number
}

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))

/** The number whose product with `a` leaves 1 by `size`; `a` shares no divisor with `size`. */
const inverse = (a: number, size: number): number => {
  let [rest, next, result, following] = [a, size, 1, 0]
  while (next !== 0) {
    const times = Math.floor(rest / next)
    ;[rest, next] = [next, rest - times * next]
    ;[result, following] = [following, result - times * following]
  }
  return ((result % size) + size) % size
}

/** Makes an order: each seed has one of its own. */
export const permutation = (size: number, seed: number): Permutation => {
  if (size < 2) return { size, at: (place) => place, placeOf: (number) => number }
  let step = (hashOf(seed, 1) % size) | 1
  while (divisor(step, size) !== 1) step = (step + 1) % size || 1
  const shift = hashOf(seed, 2) % size
  const back = inverse(step, size)
  return {
    size,
    at: (place) => (step * place + shift) % size,
    placeOf: (number) => (back * ((number - shift + size) % size)) % size
  }
}
