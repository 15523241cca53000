/** The tag of a release on GitHub, and the name of its folder. */
export const tagOf = (number: number): string => `data-${String(number).padStart(6, "0")}`

/** The number in a tag; null if it is none. */
export const numberOf = (tag: string): number | null => {
  const [, digits] = /^data-(\d{6,})$/.exec(tag) ?? []
  const number = Number(digits)
  return digits !== undefined && tagOf(number) === tag ? number : null
}
