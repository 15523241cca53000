import type { Moment } from "trials-domain/Snapshot"
import type { Representation } from "./Representation.js"

interface Entry {
  readonly representation: Representation
  /** The instant at which the clock changes the answer, in milliseconds; null: it never does. */
  readonly until: number | null
  /** The addresses by which it was asked for. */
  readonly addresses: Set<string>
  bytes: number
}

// What an entry takes beside its texts, about.
const overhead = 500

/** In how many spellings a question is recognised at once. */
const mostAddresses = 8

const isSame = (one: Moment, other: Moment): boolean =>
  one.publication === other.publication && one.runs === other.runs

/**
 * The answers of the present moment, as far as they fit. A question is known by what it means, whatever its order and what it
 * leaves out; and at once by the addresses in which it was asked before. What was asked last stays longest.
 */
export class AnswerCache {
  readonly #most: number
  readonly #now: () => number
  #moment: Moment = { publication: -1, runs: null }
  #bytes = 0
  /** By question, the one that was asked last at the end. */
  readonly #entries = new Map<string, Entry>()
  readonly #questions = new Map<string, string>()

  /** Keeps so many bytes at most. `now` is the time in milliseconds. */
  constructor(most: number, now: () => number) {
    this.#most = most
    this.#now = now
  }

  /** The bytes that are kept. */
  get bytes(): number {
    return this.#bytes
  }

  /** The answer to a question at a moment, which the caller has read after it was asked. */
  find(moment: Moment, question: string): Representation | undefined {
    this.#turn(moment)
    const entry = this.#entries.get(question)
    if (entry === undefined) return undefined
    if (entry.until !== null && this.#now() >= entry.until) {
      this.#drop(question, entry)
      return undefined
    }
    this.#entries.delete(question)
    this.#entries.set(question, entry)
    return entry.representation
  }

  /** The same by an address, where a question in this spelling was answered before. */
  findBy(moment: Moment, address: string): Representation | undefined {
    const question = this.#questions.get(address)
    return question === undefined ? undefined : this.find(moment, question)
  }

  /** Keeps an answer that was read at a moment. One of another moment than the present one is not kept. */
  keep(moment: Moment, question: string, representation: Representation, until: number | null): void {
    if (!isSame(moment, this.#moment)) return
    const before = this.#entries.get(question)
    if (before !== undefined) this.#drop(question, before)
    const bytes = representation.body.length + 2 * question.length + overhead
    // One answer must not drive out all others.
    if (bytes > this.#most / 4) return
    const entry: Entry = { representation, until, addresses: new Set(), bytes }
    this.#entries.set(question, entry)
    this.#bytes += bytes
    representation.grown = (more) => this.#grow(question, entry, more)
    this.#shrink()
  }

  /** Recognises a question by this address from now on. */
  note(question: string, address: string): void {
    const entry = this.#entries.get(question)
    if (entry === undefined || entry.addresses.size >= mostAddresses || entry.addresses.has(address)) return
    entry.addresses.add(address)
    this.#questions.set(address, question)
    this.#grow(question, entry, 2 * address.length)
  }

  #turn(moment: Moment): void {
    if (isSame(moment, this.#moment)) return
    this.#moment = moment
    this.#entries.clear()
    this.#questions.clear()
    this.#bytes = 0
  }

  #grow(question: string, entry: Entry, bytes: number): void {
    if (this.#entries.get(question) !== entry) return
    entry.bytes += bytes
    this.#bytes += bytes
    this.#shrink()
  }

  #shrink(): void {
    for (const [question, entry] of this.#entries) {
      if (this.#bytes <= this.#most) return
      this.#drop(question, entry)
    }
  }

  #drop(question: string, entry: Entry): void {
    this.#entries.delete(question)
    for (const address of entry.addresses) this.#questions.delete(address)
    this.#bytes -= entry.bytes
  }
}
