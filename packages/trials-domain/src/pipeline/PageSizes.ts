/**
 * The page sizes of reads that are compared. A row that moves across the boundary of two pages while they are read can
 * be missed. Two reads miss the same row only where both have a boundary, so their pages differ in size, and together
 * they must have no boundary within the list but its end.
 *
 * @module
 */

const divisor = (a: number, b: number): number => (b === 0 ? a : divisor(b, a % b))
const multiple = (a: number, b: number): number => (a / divisor(a, b)) * b

/** The first row after which pages of all these sizes end. */
const meetAt = (sizes: ReadonlyArray<number>): number => sizes.reduce(multiple, 1)

/**
 * The sizes of up to three successive reads, largest first: as asked for, one row less, and the size below these whose
 * boundaries meet theirs last. Up to a size of four there are fewer.
 */
export const sizesFrom = (pageSize: number): ReadonlyArray<number> => {
  const two = [pageSize, pageSize - 1]
  let third = 1
  for (let size = pageSize - 2; size > 1; size -= 1) {
    if (meetAt([...two, size]) > meetAt([...two, third])) third = size
    // No smaller size can be better than one that has no divisor in common with these.
    if (meetAt([...two, size]) === meetAt(two) * size) break
  }
  return [...two, third].filter((size, n) => (n < 2 ? size > 0 : size > 1))
}

/** Whether reads in pages of these sizes share no boundary within so many rows. */
export const areApart = (sizes: ReadonlyArray<number>, rows: number): boolean =>
  sizes.length > 1 && meetAt(sizes) >= rows

/** Whether no two of them do: only this shows that a row is in the list twice, and has not moved. */
export const areAllApart = (sizes: ReadonlyArray<number>, rows: number): boolean =>
  sizes.length > 2 &&
  sizes.every((size, n) => sizes.slice(n + 1).every((other) => areApart([size, other], rows)))

/** The smallest page size whose reads are apart. (A larger one need not be: 12 reaches less far than 11.) */
export const smallest = (apart: typeof areApart, rows: number): number => {
  // Boundaries of three sizes meet at their product, at the latest; those of two at theirs.
  let size = Math.max(2, Math.floor(apart === areApart ? Math.cbrt(rows) : Math.sqrt(rows)))
  while (!apart(sizesFrom(size), rows)) size += 1
  return size
}
