import type { SyntheticRecord } from "trials-domain/testing"

/** Text that engines sort, fold and quote in different ways. */
export const letters = [
  "한국인",
  "ﬁ",
  "Ä",
  "ä",
  "z",
  "Z",
  "_",
  "-",
  "é",
  "e\u0301",
  "ß",
  "☃",
  "😀",
  "A",
  "a",
  "1",
  "10",
  "9",
  " ",
  "\\",
  "'",
  '"'
]

/** Five nights of a synthetic registry. Its records appear, change and disappear; their text is made of `letters`. */
export const nights = (random: () => number): ReadonlyArray<ReadonlyArray<SyntheticRecord>> => {
  const word = () =>
    Array.from(
      { length: 1 + Math.floor(random() * 4) },
      () => letters[Math.floor(random() * letters.length)]
    ).join("")
  const record = (id: string): SyntheticRecord => ({
    id,
    title: `t${word()}`,
    department: random() < 0.3 ? null : word(),
    conditions: random() < 0.5 ? [] : [word(), word()],
    enrollment: random() < 0.5 ? null : Math.floor(random() * 2_147_483_647),
    hasResults: random() < 0.3 ? null : random() < 0.5
  })
  const ids = [...new Set(Array.from({ length: 200 }, (_, n) => `${word()}${n}`))]
  let present = new Map(ids.map((id) => [id, record(id)]))
  return Array.from({ length: 5 }, () => {
    present = new Map(
      ids.flatMap((id) => {
        const dice = random()
        return dice < 0.1 ? [] : [[id, dice < 0.3 ? record(id) : (present.get(id) ?? record(id))] as const]
      })
    )
    return [...present.values()]
  })
}
