import type { IncomingMessage, ServerResponse } from "node:http"
import type { Socket } from "node:net"
import { clientOf } from "../admission/Address.js"
import { Heads } from "./Heads.js"
import type { Limits } from "../Limits.js"
import type { Raw, RawRefusing } from "./RawRefusal.js"
import type { Rounds } from "./Rounds.js"

/** How many pieces are parsed in succession. A body may be cut at every line. */
const mostPieces = 64

const receiving = new WeakMap<IncomingMessage, () => void>()

/** Lets the body of a request arrive. Without this, what follows a head waits until its request is answered. */
export const receiveBody = (request: IncomingMessage): void => receiving.get(request)?.()

/** The event by which a request learns that what arrives as its body is none. */
export const malformed = "trials-malformed"

/**
 * A connection of a client, with one request in hand. Node's parser would make requests of everything that arrives in
 * one piece, which may be eighteen hundred. It is therefore given the bytes up to the end of one head, and the next ones
 * when that request is answered. The rest is kept as bytes, one piece at most, while the socket is paused.
 */
export class Connection {
  readonly #socket: Socket
  readonly #client: string
  readonly #refusal: RawRefusing
  readonly #rounds: Rounds
  readonly #limits: Limits
  readonly #parse: (bytes: Buffer) => void
  readonly #heads = new Heads()
  #held: Buffer | null = null
  #request: IncomingMessage | null = null
  #response: ServerResponse | null = null
  /** How many bytes are still to come of a body that is wanted; infinite where only its coding says where it ends. */
  #due = 0
  /** The first bytes of the present head. */
  #opening = ""
  #queued = false
  #closing = false
  /** The bytes that the system had taken when that was last seen to change, and when. */
  #taken = { bytes: 0, ended: false, at: 0 }

  constructor(socket: Socket, refusal: RawRefusing, rounds: Rounds, limits: Limits) {
    this.#socket = socket
    this.#client = clientOf(socket.remoteAddress)
    this.#refusal = refusal
    this.#rounds = rounds
    this.#limits = limits
    const [listener] = socket.listeners("data")
    if (listener === undefined) throw new Error("Node's HTTP server does not listen to its socket.")
    // What listens to data takes bytes; the type of `listeners` does not say so.
    const parse = listener as (this: Socket, bytes: Buffer) => void
    this.#parse = (bytes) => parse.call(socket, bytes)
    socket.on("data", (bytes: Buffer) => this.#receive(bytes))
    socket.off("data", parse)
    // Node resumes a socket when a request is complete.
    socket.on("resume", () => this.#hold())
    socket.on("error", () => undefined)
    // Node calls this after the last answer of a connection. Its own version disconnects a client that still sends,
    // which may lose the answer.
    socket.destroySoon = () => this.#close()
  }

  /** Takes a request in hand until its response closes. */
  begin(request: IncomingMessage, response: ServerResponse): void {
    this.#request = request
    this.#response = response
    this.#due = 0
    this.#taken = { bytes: this.#passed, ended: false, at: performance.now() }
    receiving.set(request, () => this.#receiveBody(request))
    response.once("close", () => {
      this.#response = null
      this.#due = 0
      this.#taken = { bytes: this.#passed, ended: true, at: performance.now() }
      // First, everybody else learns that it has closed.
      if (this.#held !== null) setImmediate(() => this.#next())
    })
  }

  #receiveBody({ headers }: IncomingMessage): void {
    const coded = headers["transfer-encoding"] !== undefined
    this.#due = coded ? Number.POSITIVE_INFINITY : Number(headers["content-length"] ?? 0)
    // First, the body gets somebody who reads it.
    setImmediate(() => this.#next())
  }

  /** Whether what has arrived waits until the request in hand is answered. */
  get #isBusy(): boolean {
    return this.#response !== null && (this.#due === 0 || this.#request?.complete === true)
  }

  /** Since when it waits for a further request; null while it does not. */
  get idleSince(): number | null {
    const waits = this.#response === null && this.#request !== null && this.#held === null && !this.#closing
    return waits ? this.#taken.at : null
  }

  /** Ends the connection, because too many are idle. */
  end(): void {
    this.#close()
  }

  /** Refuses what is not a request, and closes. A request that was or will be answered gets no second answer. */
  refuse(refusal: Raw): void {
    if (this.#closing) return
    // A client that has sent nothing has asked for nothing. There may be thousands of them in the same moment.
    if (!this.#socket.writable || this.#socket.bytesRead === 0) {
      this.#socket.destroy()
      return
    }
    if (this.#response !== null) {
      this.#response.once("close", () => this.#close())
      this.#request?.emit(malformed)
      return
    }
    if (this.#request?.complete !== false) {
      this.#socket.write(this.#refusal(refusal, /^\s*HEAD /.test(this.#opening)))
    }
    this.#close()
  }

  /** Disconnects a client that does not read: its answer was ended long ago, or has not moved for as long. */
  check(now: number): void {
    const response = this.#response
    if (response === null) return
    const bytes = this.#passed
    const ended = response.writableEnded
    const waits = ended ? this.#taken.ended : this.#socket.writableLength > 0 && bytes === this.#taken.bytes
    if (!waits) this.#taken = { bytes, ended, at: now }
    // What the system still holds for it is dropped too, and it learns that its answer was cut.
    else if (now - this.#taken.at >= this.#limits.write) this.#socket.resetAndDestroy()
  }

  /** How many bytes the system has taken. */
  get #passed(): number {
    return this.#socket.bytesWritten - this.#socket.writableLength
  }

  #receive(bytes: Buffer): void {
    if (this.#closing) return
    this.#held = this.#held === null ? bytes : Buffer.concat([this.#held, bytes])
    this.#next()
    this.#hold()
  }

  #hold(): void {
    if (this.#held !== null) this.#socket.pause()
  }

  /** Parses what is held when it is this client's turn, unless a request is in hand. */
  #next(): void {
    if (this.#held === null || this.#isBusy || this.#queued) return
    this.#queued = true
    this.#rounds.begin(this.#client, () => {
      this.#queued = false
      this.#advance()
    })
  }

  /** The length of the piece to parse next. A body whose length is known ends with a piece, and one that is chunked does, too. */
  #cut(held: Buffer): number {
    if (this.#due === 0 || this.#due === Number.POSITIVE_INFINITY) return this.#heads.cut(held)
    const end = Math.min(held.length, this.#due)
    this.#due -= end
    return end
  }

  /** Parses up to the end of a head, or some pieces of a body. */
  #advance(): void {
    for (let pieces = 0; pieces < mostPieces && !this.#isBusy; pieces += 1) {
      // The parser of a destroyed socket serves another one.
      if (this.#held === null || this.#closing || this.#socket.destroyed) break
      const end = this.#cut(this.#held)
      const piece = this.#held.subarray(0, end)
      this.#held = end < this.#held.length ? this.#held.subarray(end) : null
      if (this.#opening.length < 16) this.#opening += piece.toString("latin1", 0, 16)
      this.#parse(piece)
      if (this.#heads.atStart) this.#opening = ""
    }
    if (this.#held === null) this.#socket.resume()
    else if (this.#socket.destroyed) this.#held = null
    else if (!this.#isBusy) setImmediate(() => this.#next())
  }

  /** Ends the connection. What was written still goes out, what comes is discarded, and nobody holds it open. */
  #close(): void {
    if (this.#closing) return
    this.#closing = true
    this.#held = null
    const destroy = () => this.#socket.destroy()
    let late = setTimeout(destroy, this.#limits.write)
    this.#socket.once("finish", () => {
      clearTimeout(late)
      late = setTimeout(destroy, this.#limits.linger)
    })
    this.#socket.once("close", () => clearTimeout(late))
    this.#socket.end()
    this.#socket.resume()
  }
}
