/** A set of places in the order of lists, in one bit for each. */
export class PlaceSet {
  readonly #bits: Uint8Array

  constructor(places: ReadonlyArray<number>) {
    let most = 0
    for (const place of places) most = Math.max(most, place)
    this.#bits = new Uint8Array(Math.floor(most / 8) + 1)
    for (const place of places) {
      const byte = Math.floor(place / 8)
      this.#bits[byte] = (this.#bits[byte] ?? 0) | (1 << (place % 8))
    }
  }

  has(place: number): boolean {
    return ((this.#bits[Math.floor(place / 8)] ?? 0) & (1 << (place % 8))) !== 0
  }
}
