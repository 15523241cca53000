const piece = 64 * 1024

/** Bytes in pieces: of those that are written at once, nobody sees whether a slow client takes any. */
export const pieces = (bytes: Uint8Array): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(bytes.length / piece) }, (_, n) =>
    bytes.subarray(n * piece, (n + 1) * piece)
  )
