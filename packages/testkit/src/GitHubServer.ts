import { randomUUID } from "node:crypto"
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http"
import { type Answer, GitHubRepository, refused } from "./GitHubRepository.js"

/** A request as it arrived. */
export interface Asked {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly authorization: string | null
  /** Which of GitHub's hosts was asked. */
  readonly host: "api" | "uploads" | "storage"
}

/** An unusual answer: a status instead of the usual one, a body that is cut, or one with a flipped byte. */
export interface Fault {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** Breaks off in the middle of the body. */
  readonly cut?: boolean
  /** Changes a byte in the middle of the body. */
  readonly flip?: boolean
}

const listening = (server: Server): Promise<string> =>
  new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      resolve(`http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`)
    })
  )

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Array<Buffer> = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/**
 * The part of GitHub's API that releases need, for one repository, on loopback: the API, the host for uploads and the
 * storage are three origins, as they are at GitHub. The storage refuses a request that carries a token, as GitHub's does.
 */
export class GitHubServer extends GitHubRepository {
  readonly token = `ghs_${randomUUID()}`
  readonly asked: Array<Asked> = []
  /** What happens to a request instead of, or before, the usual answer. */
  meet: (asked: Asked) => Fault | undefined = () => undefined
  private readonly servers = (["api", "uploads", "storage"] as const).map((host) =>
    createServer((request, response) => void this.serve(host, request, response))
  )

  /** Starts the servers. `stop` ends them. */
  static async start(): Promise<GitHubServer> {
    const made = new GitHubServer()
    const [api = "", uploads = "", storage = ""] = await Promise.all(made.servers.map(listening))
    Object.assign(made, { api, uploads, storage })
    return made
  }

  stop(): void {
    for (const server of this.servers) server.close().closeAllConnections()
  }

  /** The settings under which a program finds this server. */
  get environment() {
    return { GITHUB_API_URL: this.api, GITHUB_REPOSITORY: this.repository, GITHUB_TOKEN: this.token }
  }

  private async serve(host: Asked["host"], request: IncomingMessage, response: ServerResponse) {
    const path = request.url ?? "/"
    const method = request.method ?? "GET"
    const asked = { method, path, authorization: request.headers.authorization ?? null, host }
    const body = await bodyOf(request)
    this.asked.push(asked)
    const fault = this.meet(asked)
    const usual = this.answer(asked, request, body, fault)
    const {
      bytes,
      headers,
      json,
      status = 200
    } = fault?.status === undefined
      ? usual
      : { ...refused(fault.status, "A fault."), bytes: undefined, ...fault }
    const sent = bytes ?? (json === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(json)))
    const whole = fault?.flip === true ? Buffer.from(sent) : sent
    const middle = Math.floor(whole.length / 2)
    if (fault?.flip === true) whole.writeUInt8(whole.readUInt8(middle) ^ 1, middle)
    response.writeHead(status, { ...headers, ...(status === 204 ? {} : { "content-length": whole.length }) })
    if (fault?.cut === true) response.write(whole.subarray(0, middle), () => response.destroy())
    else response.end(status === 204 ? undefined : whole)
  }

  private answer(asked: Asked, { headers }: IncomingMessage, body: Buffer, fault: Fault | undefined): Answer {
    const { authorization, host, method } = asked
    const url = new URL(asked.path, "http://localhost")
    if (host === "storage") {
      if (authorization !== null) return refused(400, "Only one auth mechanism is allowed.")
      const found = this.releases.flatMap(({ assets }) => assets).find(({ id }) => url.pathname === `/${id}`)
      return found === undefined ? refused(404, "Not Found") : { bytes: found.bytes }
    }
    const known = authorization === `Bearer ${this.token}`
    if (authorization !== null && !known) return refused(401, "Bad credentials")
    if (!known && this.isPrivate) return refused(404, "Not Found")
    const root = `/repos/${this.repository}`
    if (!url.pathname.startsWith(root)) return refused(404, "Not Found")
    if (method !== "GET" && !known) return refused(401, "Requires authentication")
    const path = url.pathname.slice(root.length)
    if (host === "uploads") return this.uploaded(path, url, headers, body, fault?.status !== undefined)
    if (fault?.status !== undefined) return {}
    const fields = body.length === 0 ? {} : JSON.parse(body.toString())
    return this.routed(`${method} ${path}`, url, fields, {
      known,
      bytes: headers.accept === "application/octet-stream"
    })
  }
}
