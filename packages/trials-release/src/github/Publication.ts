import { sumsFile, sumsIn } from "../Sums.js"
import { tagOf } from "../Tag.js"
import { GitHubError } from "./GitHubError.js"
import type { GitHubReleases } from "./GitHubReleases.js"
import { type PackedFile, type PackedManifest, readPacked } from "./PackedFolder.js"
import { noteOf } from "./ReleaseNote.js"

/** A release that was published. */
export interface Published {
  readonly tag: string
  readonly number: number
  readonly files: number
  readonly bytes: number
  /** The page for people. */
  readonly page: string
}

const newestOf = async (releases: GitHubReleases, number: number): Promise<ReadonlyArray<number>> => {
  const tags = await releases.tags()
  const newest = tags.at(-1) ?? 0
  if (newest === number - 1) return tags
  const there = newest === 0 ? "no release yet" : `${tagOf(newest)} as its newest release`
  throw new GitHubError(
    "forked",
    `${releases.repository} has ${there}, and ${tagOf(number)} was packed to follow ${number === 1 ? "none" : tagOf(number - 1)}. ` +
      "Restore the newest release into an empty database, collect again, and pack on it."
  )
}

const uploaded = async (
  releases: GitHubReleases,
  release: Parameters<GitHubReleases["upload"]>[0],
  file: PackedFile
): Promise<void> => {
  const asset = await releases.upload(release, file)
  if (!asset.whole || asset.size !== file.size || (asset.sha256 ?? file.sha256) !== file.sha256) {
    throw new GitHubError(
      "damaged",
      `${file.name} did not arrive as it was sent. Nothing was published; publish again.`
    )
  }
}

/** The hash of the manifest of a published release; null if its release is gone. */
const manifestOf = async (releases: GitHubReleases, number: number): Promise<string | null> => {
  const tag = tagOf(number)
  const release = await releases.release(tag).catch((error: unknown) => {
    if (error instanceof GitHubError && error.reason === "none") return null
    throw error
  })
  if (release === null) return null
  const asset = release.assets.find(({ name }) => name === sumsFile)
  const text = asset === undefined ? "" : await new Response(await releases.download(asset)).text()
  const sha256 = sumsIn(text)?.get("manifest.json")
  if (sha256 === undefined)
    throw new GitHubError("damaged", `${tag} of ${releases.repository} has no ${sumsFile} that can be read.`)
  return sha256
}

/** Refuses a release whose parent is not the one that is published, or is not the last of those that are left. */
const follows = async (releases: GitHubReleases, { number, parent }: PackedManifest): Promise<void> => {
  const forked = (what: string) =>
    new GitHubError(
      "forked",
      `${tagOf(number)} ${what}. Restore the newest release into an empty database, collect again, and pack on it.`
    )
  for (let later = number - 1; later > (parent?.number ?? 0); later -= 1) {
    if ((await manifestOf(releases, later)) !== null)
      throw forked(`does not go on from ${tagOf(later)}, which is published`)
  }
  if (parent === null) return
  if ((await manifestOf(releases, parent.number)) !== parent.sha256)
    throw forked(`goes on from another ${tagOf(parent.number)} than the one that ${releases.repository} has`)
}

/**
 * Publishes a packed folder: every file to a draft, which nobody sees, then the draft at once. A release is refused that
 * does not follow the newest. What fails leaves a draft, which the next sweep deletes.
 */
export const publish = async (
  releases: GitHubReleases,
  folder: string,
  { commit }: { readonly commit?: string | undefined } = {}
): Promise<Published> => {
  const { files, manifest, tag } = await readPacked(folder)
  const { base, number } = manifest
  const tags = await newestOf(releases, number)
  if (base !== number && !tags.includes(base)) {
    throw new GitHubError(
      "forked",
      `${tag} needs ${tagOf(base)} as its base, which ${releases.repository} does not have. Pack it with --first.`
    )
  }
  await follows(releases, manifest)
  const draft = await releases.draft({ tag, name: tag, body: noteOf(manifest), commit })
  for (const file of files) await uploaded(releases, draft, file)
  await newestOf(releases, number)
  try {
    const { page } = await releases.publish(draft)
    return { tag, number, files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0), page }
  } catch (error) {
    if (error instanceof GitHubError && error.reason === "taken") await newestOf(releases, number)
    throw error
  }
}
