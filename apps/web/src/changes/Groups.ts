import type { Change } from "./Answers.js"

/** Changes that are shown together: one, or very many alike of one run. */
export interface Group {
  readonly first: Change
  readonly changes: ReadonlyArray<Change>
  /** Whether they are one line. */
  readonly isFolded: boolean
}

/** Up to how many changes alike, one after the other, are shown each. */
export const mostAlike = 20

const isAlike = (one: Change, other: Change): boolean =>
  one.runId === other.runId && one.kind === other.kind && one.silent === other.silent

/** Puts changes together that follow each other, and are of one run and one kind. */
export const grouped = (changes: ReadonlyArray<Change>): ReadonlyArray<Group> => {
  const runs: Array<Array<Change>> = []
  for (const change of changes) {
    const last = runs.at(-1)
    if (last?.[0] !== undefined && isAlike(last[0], change)) last.push(change)
    else runs.push([change])
  }
  return runs.flatMap((run): ReadonlyArray<Group> => {
    const [first] = run
    if (first !== undefined && run.length > mostAlike) return [{ first, changes: run, isFolded: true }]
    return run.map((change) => ({ first: change, changes: [change], isFolded: false }))
  })
}
