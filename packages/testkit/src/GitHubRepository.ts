import { createHash } from "node:crypto"
import type { IncomingHttpHeaders } from "node:http"

interface StoredAsset {
  readonly id: number
  readonly name: string
  readonly bytes: Buffer
  /** `starter` is what a broken upload leaves. */
  readonly state: "uploaded" | "starter"
}

interface StoredRelease {
  readonly id: number
  readonly tag: string
  readonly name: string
  readonly body: string
  readonly latest: string
  readonly commit: string
  draft: boolean
  readonly assets: Array<StoredAsset>
}

interface StoredIssue {
  readonly number: number
  readonly title: string
  readonly body: string
  readonly labels: ReadonlyArray<string>
  state: "open" | "closed"
  readonly comments: Array<string>
}

/** What a request is answered with. */
export interface Answer {
  readonly status?: number
  readonly json?: unknown
  readonly bytes?: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

/** An answer as GitHub refuses. */
export const refused = (status: number, message: string, code?: { field: string; code: string }): Answer => ({
  status,
  json: { message, ...(code === undefined ? {} : { errors: [{ resource: "Release", ...code }] }) }
})

/** A repository on a fake GitHub: what it holds, and what its API answers of it. */
export class GitHubRepository {
  readonly repository = "acme/trials-data"
  readonly releases: Array<StoredRelease> = []
  readonly tags = new Map<string, string>()
  readonly issues: Array<StoredIssue> = []
  /** Files of workflows that were enabled. */
  readonly enabled: Array<string> = []
  isPrivate = true
  /** The most elements of a page. */
  pageSize = 100
  /** Where the API, the uploads and the files are. */
  api = ""
  protected uploads = ""
  protected storage = ""
  protected ids = 100
  /** The published releases, by tag. */
  get published(): ReadonlyArray<string> {
    return this.releases
      .filter(({ draft }) => !draft)
      .map(({ tag }) => tag)
      .toSorted()
  }

  /** The files of a published release. */
  files(tag: string): ReadonlyMap<string, Buffer> {
    const release = this.releases.find((each) => each.tag === tag && !each.draft)
    if (release === undefined) throw new Error(`${tag} is not published`)
    return new Map(release.assets.map(({ bytes, name }) => [name, bytes]))
  }

  /** Publishes a release as another program would. */
  publish(tag: string, body = "", files: ReadonlyMap<string, Buffer> = new Map()): void {
    const release = this.made({ tag, body, name: tag, latest: "false", commit: "" })
    for (const [name, bytes] of files) {
      release.assets.push({ id: (this.ids += 1), name, bytes, state: "uploaded" })
    }
    release.draft = false
    this.tags.set(tag, "")
  }

  /** Deletes a release, whose tag stays. */
  lose(tag: string): void {
    this.releases.splice(0, Infinity, ...this.releases.filter((each) => each.tag !== tag))
  }

  private made(fields: Omit<StoredRelease, "id" | "draft" | "assets">): StoredRelease {
    const release: StoredRelease = { ...fields, id: (this.ids += 1), draft: true, assets: [] }
    this.releases.push(release)
    return release
  }

  protected routed(
    route: string,
    url: URL,
    fields: Readonly<Record<string, string>> & {
      readonly draft?: boolean
      readonly labels?: ReadonlyArray<string>
    },
    { bytes, known }: { readonly known: boolean; readonly bytes: boolean }
  ): Answer {
    const shown = this.releases.filter(({ draft }) => known || !draft)
    const [, id] = /\/(\d+)(?:\/|$)/.exec(route) ?? []
    const release = this.releases.find((each) => each.id === Number(id))
    const issue = this.issues.find((each) => each.number === Number(id))
    const [method, path = ""] = route.split(" ")
    const shape = `${method} ${path.replace(/\/\d+/g, "/N").replace(/\/(tags|workflows)\/.+?(?=\/enable|$)/, "/$1/T")}`
    const last = decodeURIComponent(path.split("/").at(-1) ?? "")
    switch (shape) {
      case "GET ":
        return { json: { private: this.isPrivate, full_name: this.repository } }
      case "GET /git/matching-refs/tags/T":
        return this.page(
          [...this.tags.keys()]
            .toSorted()
            .filter((tag) => tag.startsWith(last))
            .map((tag) => ({ ref: `refs/tags/${tag}` })),
          url
        )
      case "GET /releases/tags/T": {
        const found = this.releases.find(({ draft, tag }) => !draft && tag === last)
        return found === undefined ? refused(404, "Not Found") : { json: this.shown(found) }
      }
      case "GET /releases":
        return this.page(
          shown.toReversed().map((each) => this.shown(each)),
          url
        )
      case "POST /releases":
        return {
          status: 201,
          json: this.shown(
            this.made({
              tag: fields["tag_name"] ?? "",
              name: fields["name"] ?? "",
              body: fields["body"] ?? "",
              latest: fields["make_latest"] ?? "true",
              commit: fields["target_commitish"] ?? ""
            })
          )
        }
      case "GET /releases/N/assets":
        return release === undefined
          ? refused(404, "Not Found")
          : this.page(
              release.assets.map((each) => this.shownAsset(each)),
              url
            )
      case "PATCH /releases/N":
        return this.patched(release)
      case "DELETE /releases/N":
        this.releases.splice(0, Infinity, ...this.releases.filter((each) => each !== release))
        return release === undefined ? refused(404, "Not Found") : { status: 204 }
      case "DELETE /git/refs/tags/T":
        return this.tags.delete(last) ? { status: 204 } : refused(422, "Reference does not exist")
      case "GET /releases/assets/N": {
        const found = this.releases.flatMap(({ assets }) => assets).find((each) => each.id === Number(id))
        if (found === undefined) return refused(404, "Not Found")
        return bytes
          ? { status: 302, headers: { location: `${this.storage}/${found.id}` } }
          : { json: this.shownAsset(found) }
      }
      case "DELETE /releases/assets/N":
        for (const { assets } of this.releases)
          assets.splice(0, Infinity, ...assets.filter((each) => each.id !== Number(id)))
        return { status: 204 }
      case "GET /issues":
        return this.page(
          this.issues.filter(
            ({ labels, state }) =>
              state === url.searchParams.get("state") && labels.includes(url.searchParams.get("labels") ?? "")
          ),
          url
        )
      case "POST /issues":
        this.issues.push({
          number: this.issues.length + 1,
          title: fields["title"] ?? "",
          body: fields["body"] ?? "",
          labels: fields.labels ?? [],
          state: "open",
          comments: []
        })
        return { status: 201, json: this.issues.at(-1) }
      case "POST /issues/N/comments":
        issue?.comments.push(fields["body"] ?? "")
        return issue === undefined ? refused(404, "Not Found") : { status: 201, json: {} }
      case "PATCH /issues/N":
        if (issue !== undefined && fields["state"] === "closed") issue.state = "closed"
        return issue === undefined ? refused(404, "Not Found") : { json: issue }
      case "PUT /actions/workflows/T/enable":
        this.enabled.push(decodeURIComponent(path.split("/").at(-2) ?? ""))
        return { status: 204 }
      default:
        return refused(404, "Not Found")
    }
  }

  private patched(release: StoredRelease | undefined): Answer {
    if (release === undefined) return refused(404, "Not Found")
    const taken = this.releases.some((each) => each !== release && !each.draft && each.tag === release.tag)
    if (taken) return refused(422, "Validation Failed", { field: "tag_name", code: "already_exists" })
    release.draft = false
    if (!this.tags.has(release.tag)) this.tags.set(release.tag, release.commit)
    return { json: this.shown(release) }
  }

  protected uploaded(
    path: string,
    url: URL,
    headers: IncomingHttpHeaders,
    bytes: Buffer,
    broken: boolean
  ): Answer {
    const [, id] = /^\/releases\/(\d+)\/assets$/.exec(path) ?? []
    const release = this.releases.find((each) => each.id === Number(id))
    const name = url.searchParams.get("name") ?? ""
    if (release === undefined) return refused(404, "Not Found")
    if (Number(headers["content-length"] ?? -1) !== bytes.length) return refused(400, "Bad Content-Length")
    if (release.assets.some((each) => each.name === name)) {
      return refused(422, "Validation Failed", { field: "name", code: "already_exists" })
    }
    const asset: StoredAsset = {
      id: (this.ids += 1),
      name,
      bytes: broken ? Buffer.alloc(0) : bytes,
      state: broken ? "starter" : "uploaded"
    }
    release.assets.push(asset)
    return { status: 201, json: this.shownAsset(asset) }
  }

  private page(all: ReadonlyArray<unknown>, url: URL): Answer {
    const size = Math.min(Number(url.searchParams.get("per_page") ?? 30), this.pageSize)
    const page = Number(url.searchParams.get("page") ?? 1)
    const next = new URL(`${url.pathname}${url.search}`, this.api)
    next.searchParams.set("page", String(page + 1))
    const more = all.length > page * size
    return {
      json: all.slice((page - 1) * size, page * size),
      headers: more ? { link: `<${next.href}>; rel="next", <${next.href}>; rel="last"` } : {}
    }
  }

  private shown({ assets, body, draft, id, name, tag }: StoredRelease) {
    return {
      id,
      tag_name: tag,
      name,
      body,
      draft,
      html_url: `https://github.com/${this.repository}/releases/tag/${tag}`,
      upload_url: `${this.uploads}/repos/${this.repository}/releases/${id}/assets{?name,label}`,
      assets: assets.map((each) => this.shownAsset(each))
    }
  }

  private shownAsset({ bytes, id, name, state }: StoredAsset) {
    return {
      id,
      name,
      size: bytes.length,
      state,
      digest: state === "uploaded" ? `sha256:${createHash("sha256").update(bytes).digest("hex")}` : null,
      url: `${this.api}/repos/${this.repository}/releases/assets/${id}`
    }
  }
}
