/** Writes bodies of many texts into memory that is used again: joined, each body would leave several copies behind. */
export interface BodyBuffer {
  /** The bytes of some texts, in order, as long as `use` takes. */
  readonly write: <A>(texts: Iterable<string>, use: (bytes: Uint8Array) => Promise<A>) => Promise<A>
}

/** Makes one. It holds as much memory as the largest bodies that were written at the same time. */
export const make = (): BodyBuffer => {
  const free: Array<Buffer> = []
  return {
    write: async (texts, use) => {
      let buffer = free.pop() ?? Buffer.allocUnsafeSlow(1024 * 1024)
      let length = 0
      for (const text of texts) {
        // A character has at most three bytes for each of its units.
        if (buffer.length - length < text.length * 3) {
          const larger = Buffer.allocUnsafeSlow((length + text.length * 3) * 2)
          buffer.copy(larger, 0, 0, length)
          buffer = larger
        }
        length += buffer.write(text, length)
      }
      try {
        return await use(buffer.subarray(0, length))
      } finally {
        free.push(buffer)
      }
    }
  }
}
