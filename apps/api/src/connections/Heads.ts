const newline = 10
const carriageReturn = 13

/**
 * Finds the ends of heads in the bytes of a connection. The head of a request ends with an empty line, so bytes up to
 * and with the first empty line complete one head at most. (A body may hold an empty line, too. Cutting there does no
 * harm.)
 */
export class Heads {
  /** Whether the present line has nothing in it so far. */
  #empty = false
  #atStart = true

  /** Whether the bytes so far end with an empty line. */
  get atStart(): boolean {
    return this.#atStart
  }

  /** The length of the part that ends with the first empty line, or the length of all. */
  cut(bytes: Buffer): number {
    for (let from = 0; ;) {
      const end = bytes.indexOf(newline, from)
      const line = bytes.subarray(from, end < 0 ? bytes.length : end)
      const empty = this.#empty && (line.length === 0 || (line.length === 1 && line[0] === carriageReturn))
      this.#empty = end < 0 ? empty : true
      this.#atStart = end >= 0 && empty
      if (end < 0) return bytes.length
      if (empty) return end + 1
      from = end + 1
    }
  }
}
