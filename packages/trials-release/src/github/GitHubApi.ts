import { setTimeout as sleep } from "node:timers/promises"
import { patient } from "../Patience.js"
import { broken, failureOf, type GitHubFailure, odd, passing } from "./GitHubFailure.js"

/** Where GitHub's API is, and who asks. */
export interface GitHubSettings {
  /** `https://api.github.com` unless given. */
  readonly api?: string | undefined
  /** Goes to the API and to the address for uploads that the API names, to no other host. */
  readonly token?: string | undefined
  /** How to fetch, as through a proxy; Node's own unless given. */
  readonly fetch?: typeof fetch | undefined
  /** Milliseconds before the second try, 1000 unless given. It doubles with each further try. */
  readonly pause?: number | undefined
  /** Milliseconds without a byte after which a request is given up, 60,000 unless given. */
  readonly patience?: number | undefined
}

/** One request. */
export interface Asking {
  readonly method?: "GET" | "POST" | "PATCH" | "PUT" | "DELETE"
  readonly json?: unknown
  readonly accept?: string
  /** A file to send: made again for each try. */
  readonly file?: { readonly size: number; readonly stream: () => ReadableStream<Uint8Array> }
}

const tries = 4

// GitHub asks for a minute after too many writes.
const longestPause = 90_000

// Bytes in a millisecond: an upload that is slower is given up.
const slowest = 50

const redirects = new Set([301, 302, 303, 307, 308])

const bodyOf = ({ file, json }: Asking): RequestInit & { duplex?: "half" } =>
  file !== undefined
    ? {
        body: file.stream(),
        // The types of Node 20 do not have it, and its fetch asks for it.
        duplex: "half",
        headers: { "content-type": "application/octet-stream", "content-length": String(file.size) }
      }
    : json !== undefined
      ? { body: JSON.stringify(json), headers: { "content-type": "application/json" } }
      : {}

/** GitHub's API with one token: tries again what may be tried again, and says in plain words what went wrong. */
export class GitHubApi {
  readonly base: string
  private readonly settings: GitHubSettings
  private readonly patience: number

  constructor(settings: GitHubSettings = {}) {
    this.base = (settings.api ?? "https://api.github.com").replace(/\/+$/, "")
    this.settings = settings
    this.patience = settings.patience ?? 60_000
  }

  /** The JSON that GitHub answers; null where it answers without a body. `path` is a path of the API, or a whole address. */
  async json(path: string, asking: Asking = {}): Promise<unknown> {
    const url = this.urlOf(path)
    return this.parsed(await this.send(url, asking), url)
  }

  /** The elements of all pages of a list. */
  async pages(path: string): Promise<ReadonlyArray<unknown>> {
    const all: Array<unknown> = []
    for (let next: URL | null = this.urlOf(path); next !== null;) {
      const response: Response = await this.send(next, {})
      const page = await this.parsed(response, next)
      if (!Array.isArray(page)) throw odd(next.host)
      all.push(...page)
      const [, link] = /<([^>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "") ?? []
      next = link === undefined ? null : new URL(link, next)
    }
    return all
  }

  /** The bytes of an answer. They end with a `GitHubError` where they stop before their end. */
  async bytes(path: string): Promise<ReadableStream<Uint8Array>> {
    const url = this.urlOf(path)
    return this.guarded(await this.send(url, { accept: "application/octet-stream" }), url)
  }

  private urlOf(path: string): URL {
    return new URL(path.startsWith("/") ? `${this.base}${path}` : path)
  }

  private async send(url: URL, asking: Asking): Promise<Response> {
    // What is made twice by being sent twice is sent again only where GitHub surely did nothing.
    const repeatable = asking.method !== "POST"
    for (let n = 1; ; n += 1) {
      const answer = await this.once(url, asking)
      if (!("error" in answer)) return answer
      const again = answer.untouched || (repeatable && answer.passing)
      if (!again || n === tries || answer.after > longestPause) throw answer.error
      const pause = (this.settings.pause ?? 1000) * 2 ** (n - 1)
      await sleep(Math.max(answer.after, pause * (0.5 + Math.random() / 2)))
    }
  }

  /** One try. Redirects are followed by hand, so that none carries the token to another host. */
  private async once(url: URL, asking: Asking): Promise<Response | GitHubFailure> {
    const { method = "GET" } = asking
    const token = this.settings.token === "" ? undefined : this.settings.token
    const within = this.patience + (asking.file?.size ?? 0) / slowest
    let at = url
    for (let hop = 0; hop < 4; hop += 1) {
      const { headers, ...body } = bodyOf(asking)
      const sent = new Headers(headers)
      sent.set("user-agent", "trials-release")
      sent.set("accept", asking.accept ?? "application/vnd.github+json")
      const own = new URL(this.base)
      // The API names another host for uploads.
      if (at.origin === own.origin || (asking.file !== undefined && at.protocol === own.protocol)) {
        sent.set("x-github-api-version", "2022-11-28")
        if (token !== undefined) sent.set("authorization", `Bearer ${token}`)
      }
      const stop = new AbortController()
      const timer = setTimeout(() => stop.abort(), within)
      const answer = await (this.settings.fetch ?? fetch)(at, {
        method,
        headers: sent,
        redirect: "manual",
        signal: stop.signal,
        ...body
      }).catch(() => passing(broken(at.host)))
      clearTimeout(timer)
      if ("error" in answer || answer.ok) return answer
      const location = answer.headers.get("location")
      if (method !== "GET" || location === null || !redirects.has(answer.status)) {
        return failureOf(answer, { token, url: at })
      }
      await answer.body?.cancel()
      at = new URL(location, at)
    }
    return passing(odd(url.host))
  }

  private async parsed(response: Response, url: URL): Promise<unknown> {
    const text = await new Response(this.guarded(response, url)).text()
    try {
      return text === "" ? null : JSON.parse(text)
    } catch {
      throw odd(url.host)
    }
  }

  private guarded({ body }: Response, { host }: URL): ReadableStream<Uint8Array> {
    return body === null ? new Blob([]).stream() : patient(body, this.patience, () => broken(host))
  }
}
