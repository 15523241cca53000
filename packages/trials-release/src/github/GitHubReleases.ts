import { numberOf } from "../Tag.js"
import { GitHubApi, type GitHubSettings } from "./GitHubApi.js"
import { GitHubError } from "./GitHubError.js"
import { assetOf, type GitHubAsset, type GitHubRelease, releaseOf, tagNameOf } from "./GitHubRelease.js"

/** A file to upload. */
export interface Upload {
  readonly name: string
  readonly size: number
  readonly stream: () => ReadableStream<Uint8Array>
}

/** What a new release is made of. */
export interface Draft {
  readonly tag: string
  readonly name: string
  readonly body: string
  /** The commit that its tag names; the newest of the default branch unless given. */
  readonly commit?: string | undefined
}

const uploads = 3

/** The releases of one repository. */
export class GitHubReleases {
  readonly repository: string
  private readonly api: GitHubApi
  private readonly path: string

  constructor(repository: string, settings: GitHubSettings = {}) {
    this.repository = repository
    this.api = new GitHubApi(settings)
    this.path = `/repos/${repository}`
  }

  /**
   * The numbers of all published releases, ascending. They come from the tags: GitHub's own notion of the latest release
   * follows dates.
   */
  async tags(): Promise<ReadonlyArray<number>> {
    const found = await this.api.pages(`${this.path}/git/matching-refs/tags/data-?per_page=100`)
    return found.flatMap((each) => numberOf(tagNameOf(each)) ?? []).toSorted((one, other) => one - other)
  }

  /** A published release and its files. */
  async release(tag: string): Promise<GitHubRelease & { readonly assets: ReadonlyArray<GitHubAsset> }> {
    const release = releaseOf(await this.api.json(`${this.path}/releases/tags/${encodeURIComponent(tag)}`))
    return { ...release, assets: await this.assets(release) }
  }

  /** The bytes of a file. They end with a `GitHubError` where they stop before their end. */
  download({ url }: GitHubAsset): Promise<ReadableStream<Uint8Array>> {
    return this.api.bytes(url)
  }

  /** Every release, with drafts where the token may write. */
  async list(): Promise<ReadonlyArray<GitHubRelease>> {
    const found = await this.api.pages(`${this.path}/releases?per_page=100`)
    return found.map(releaseOf)
  }

  /** The files of a release, also those that have not arrived whole. */
  async assets({ id }: GitHubRelease): Promise<ReadonlyArray<GitHubAsset>> {
    const found = await this.api.pages(`${this.path}/releases/${id}/assets?per_page=100`)
    return found.map(assetOf)
  }

  /** Makes a release that only those see who may write. It has no tag yet. */
  async draft({ body, commit, name, tag }: Draft): Promise<GitHubRelease> {
    const json = {
      tag_name: tag,
      name,
      body,
      draft: true,
      make_latest: "false",
      ...(commit === undefined ? {} : { target_commitish: commit })
    }
    return releaseOf(await this.api.json(`${this.path}/releases`, { method: "POST", json }))
  }

  /** Uploads a file. What a broken upload leaves has the file's name, so that it must go before the next try. */
  async upload(release: GitHubRelease, file: Upload): Promise<GitHubAsset> {
    for (let n = 1; ; n += 1) {
      try {
        const url = `${release.uploadUrl}?name=${encodeURIComponent(file.name)}`
        return assetOf(await this.api.json(url, { method: "POST", file }))
      } catch (error) {
        const again = error instanceof GitHubError && ["unreachable", "taken"].includes(error.reason)
        if (!again || n === uploads) throw error
        for (const { id, name } of await this.assets(release)) {
          if (name === file.name) await this.remove(`/releases/assets/${id}`)
        }
      }
    }
  }

  /** Publishes a draft, which makes its tag. `taken` if the tag has a release. */
  async publish({ id }: GitHubRelease): Promise<GitHubRelease> {
    const json = { draft: false, make_latest: "false" }
    return releaseOf(await this.api.json(`${this.path}/releases/${id}`, { method: "PATCH", json }))
  }

  /** Deletes a release, and its tag if it is published. */
  async delete({ draft, id, tag }: GitHubRelease): Promise<void> {
    await this.remove(`/releases/${id}`)
    if (!draft) await this.remove(`/git/refs/tags/${encodeURIComponent(tag)}`)
  }

  /** Deletes what may be gone already. */
  private async remove(path: string): Promise<void> {
    try {
      await this.api.json(`${this.path}${path}`, { method: "DELETE" })
    } catch (error) {
      if (!(error instanceof GitHubError) || error.reason !== "none") throw error
    }
  }
}
