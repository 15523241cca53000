import { asJson, beginningOf, type Cut, cutTo, ellipsis, type Json } from "./Cut.js"

/** How many characters of a value a change shows. */
export const mostCharacters = 300

// A character of Hangul or Han has three.
const mostBytes = 3 * mostCharacters

/** The beginning of a value. A list is cut as an answer is. */
const shortened = (value: Json): readonly [value: Json, isCut: boolean] => {
  if (typeof value !== "string") {
    const { cuts, value: short } = cutTo(value, mostBytes)
    return [short, cuts.length > 0]
  }
  return value.length <= mostCharacters
    ? [value, false]
    : [beginningOf(value, mostCharacters) + ellipsis, true]
}

/** A change of a field, as an answer shows it. */
interface Change {
  readonly field: string
  readonly from?: unknown
  readonly to?: unknown
}

/** A change with the beginnings of its values. `cut` names those of which there is more. */
const changeShown = ({ field, from, to }: Change) => {
  const [before, isBeforeCut] = shortened(asJson(from ?? null))
  const [after, isAfterCut] = shortened(asJson(to ?? null))
  const cut = [...(isBeforeCut ? ["from"] : []), ...(isAfterCut ? ["to"] : [])]
  return { field, from: before, to: after, ...(cut.length === 0 ? {} : { cut }) }
}

/** Changes with the beginnings of their values. */
const changesShown = (changes: ReadonlyArray<Change>) => changes.map(changeShown)

/** A version of a trial, as far as answers show it. */
interface Version {
  readonly version: number
  readonly seq: number
  readonly kind: string
  readonly silent: boolean
  readonly mass: boolean
  readonly observedAt: string
  readonly editionDate: string | null
  readonly mergedInto: string | null
  readonly changes: ReadonlyArray<Change>
}

/** A version without its trial, and with the beginnings of the values that changed. */
export const versionShown = ({
  changes,
  editionDate,
  kind,
  mass,
  mergedInto,
  observedAt,
  seq,
  silent,
  version
}: Version) => ({
  version,
  seq,
  kind,
  silent,
  mass,
  observedAt,
  editionDate,
  ...(mergedInto === null ? {} : { mergedInto }),
  changes: changesShown(changes)
})

/** What was cut of a version: where to read it. */
export const versionRest = ({ path }: Cut): string =>
  `get_trial with field and asOf, or compare_versions of ${path.slice(0, 2).join(".")} and the version before it`
