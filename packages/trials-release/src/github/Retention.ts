import { numberOf } from "../Tag.js"
import type { GitHubRelease } from "./GitHubRelease.js"
import type { GitHubReleases } from "./GitHubReleases.js"
import { readNote } from "./ReleaseNote.js"

/** How many of the newest releases are kept. */
const newest = 35

/** Which releases are kept, and which are deleted. */
export interface Retained<A> {
  readonly keep: ReadonlyArray<A>
  readonly remove: ReadonlyArray<A>
}

type Kept = Pick<GitHubRelease, "tag" | "body" | "draft">

/**
 * The newest 35 releases are kept, the first of each month, and every base that a kept one names. A release without a
 * readable note is kept, and every base with it, since it may need any. A draft is deleted once its number is published.
 * What is not a release of this program is left alone.
 */
export const retained = <A extends Kept>(releases: ReadonlyArray<A>): Retained<A> => {
  const known = releases
    .flatMap((release) => {
      const number = numberOf(release.tag)
      return number === null ? [] : [{ release, number, note: readNote(release.body) }]
    })
    .toSorted((one, other) => other.number - one.number)
  const published = known.filter(({ release }) => !release.draft)
  const last = published[0]?.number ?? 0
  const firsts = new Map(published.map(({ note, number }) => [note?.month, number]))
  const stays = published.filter(
    ({ note, number }, n) => n < newest || note === null || firsts.get(note.month) === number
  )
  const needed = new Set(stays.map(({ note }) => note?.base))
  const kept = new Set(
    published
      .filter(
        (each) =>
          stays.includes(each) ||
          needed.has(each.number) ||
          (needed.has(undefined) && each.note?.base === each.number)
      )
      .map(({ release }) => release)
  )
  const stale = known
    .filter(({ number, release }) => (release.draft ? number <= last : !kept.has(release)))
    .map(({ release }) => release)
  return { keep: releases.filter((each) => !stale.includes(each)), remove: stale }
}

/** Deletes what need not be kept; returns the tags of what it deleted. */
export const sweep = async (releases: GitHubReleases): Promise<ReadonlyArray<string>> => {
  const { remove } = retained(await releases.list())
  for (const release of remove) await releases.delete(release)
  return remove.map(({ draft, tag }) => (draft ? `${tag} (draft)` : tag))
}
