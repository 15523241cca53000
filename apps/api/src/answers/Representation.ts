import type { IncomingMessage, ServerResponse } from "node:http"
import { type Coding, coded, codingOf } from "./Coding.js"
import { pieces } from "./Pieces.js"
import { isKept } from "./Tag.js"

/** What all representations of an answer say of themselves. */
export interface About {
  readonly tag: string
  /** Further headers, as `X-Publication`. */
  readonly headers: Readonly<Record<string, string>>
}

/** An answer of the status 200 as bytes: plain, and in each coding that somebody has asked for. */
export class Representation implements About {
  readonly type: string
  readonly tag: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Is told how many bytes a further coding takes. */
  grown: (bytes: number) => void = () => undefined
  readonly #coded = new Map<Coding, Buffer | Promise<Buffer>>()

  constructor(type: string, body: Buffer, { headers, tag }: About) {
    this.type = type
    this.body = body
    this.tag = tag
    this.headers = headers
  }

  /** The bytes in a coding: a promise where it is the first time. Many who ask meanwhile share the work. */
  in(coding: Coding): Buffer | Promise<Buffer> {
    if (coding === "identity") return this.body
    const found = this.#coded.get(coding)
    if (found !== undefined) return found
    const made = coded(this.body, coding).then((bytes) => {
      this.#coded.set(coding, bytes)
      this.grown(bytes.length)
      return bytes
    })
    this.#coded.set(coding, made)
    return made
  }
}

const describe = (response: ServerResponse, { headers, tag }: About): void => {
  response.setHeader("ETag", tag)
  response.setHeader("Cache-Control", "public, no-cache")
  response.setHeader("Vary", "Accept, Accept-Encoding")
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
}

/** Says that what the client has is still so. */
export const unchanged = (response: ServerResponse, about: About): void => {
  describe(response, about)
  response.statusCode = 304
  response.end()
}

const write = (response: ServerResponse, [piece, ...rest]: ReadonlyArray<Uint8Array>): void => {
  if (rest.length === 0) response.end(piece)
  else if (response.write(piece)) write(response, rest)
  else response.once("drain", () => write(response, rest))
}

/** Sends an answer whole: 304 where the client has it, in the coding that it wants otherwise. HEAD gets the same headers. */
export const present = (
  request: IncomingMessage,
  response: ServerResponse,
  representation: Representation
): void => {
  if (isKept(request.headers["if-none-match"], representation.tag)) {
    unchanged(response, representation)
    return
  }
  const coding = codingOf(request, representation.body.length)
  const send = (bytes: Buffer): void => {
    describe(response, representation)
    response.statusCode = 200
    response.setHeader("Content-Type", representation.type)
    if (coding !== "identity") response.setHeader("Content-Encoding", coding)
    response.setHeader("Content-Length", bytes.length)
    if (request.method === "HEAD") response.end()
    else write(response, pieces(bytes))
  }
  const bytes = representation.in(coding)
  if (Buffer.isBuffer(bytes)) send(bytes)
  else bytes.then(send, (error: unknown) => response.destroy(error instanceof Error ? error : undefined))
}
