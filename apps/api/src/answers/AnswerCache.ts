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

// Shares of all bytes: of one answer, and of what the younger part has before it becomes the older one.
const largest = 0.1
const full = 0.4

/** Answers by their questions, and what they take. */
class Part {
  readonly entries = new Map<string, Entry>()
  bytes = 0

  add(question: string, entry: Entry): void {
    this.entries.set(question, entry)
    this.bytes += entry.bytes
  }

  take(question: string): Entry | undefined {
    const entry = this.entries.get(question)
    if (entry === undefined) return undefined
    this.entries.delete(question)
    this.bytes -= entry.bytes
    return entry
  }
}

/** Whether two moments are one. */
export const isSame = (one: Moment, other: Moment): boolean =>
  one.publication === other.publication && one.runs === other.runs

/**
 * The answers of the present moment, as far as they fit. A question is known by what it means, whatever its order and what it
 * leaves out; and at once by the addresses in which it was asked before. They are kept in two parts: when the younger one is
 * full it becomes the older one, whose answers are lost unless they were asked for meanwhile.
 */
export class AnswerCache {
  readonly #most: number
  readonly #now: () => number
  #moment: Moment = { publication: -1, runs: null }
  #young = new Part()
  #old = new Part()
  readonly #questions = new Map<string, string>()

  /** Keeps so many bytes at most. `now` is the time in milliseconds. */
  constructor(most: number, now: () => number) {
    this.#most = most
    this.#now = now
  }

  /** The bytes that are kept. */
  get bytes(): number {
    return this.#young.bytes + this.#old.bytes
  }

  /** The answer to a question at a moment, which the caller has read after it was asked. */
  find(moment: Moment, question: string): Representation | undefined {
    this.#turn(moment)
    let entry = this.#young.entries.get(question)
    if (entry === undefined) {
      entry = this.#old.take(question)
      if (entry === undefined) return undefined
      this.#young.add(question, entry)
      this.#shrink()
    }
    if (entry.until === null || this.#now() < entry.until) return entry.representation
    this.#young.take(question)
    this.#forget(entry)
    return undefined
  }

  /** The same by an address, where a question in this spelling was answered before. */
  findBy(moment: Moment, address: string): Representation | undefined {
    const question = this.#questions.get(address)
    return question === undefined ? undefined : this.find(moment, question)
  }

  /** Keeps an answer that was read at a moment. One of another moment than the present one is not kept. */
  keep(moment: Moment, question: string, representation: Representation, until: number | null): void {
    const bytes = representation.body.length + 2 * question.length + overhead
    // One answer must not drive out all others.
    if (!isSame(moment, this.#moment) || bytes > this.#most * largest) return
    const before = this.#young.take(question) ?? this.#old.take(question)
    if (before !== undefined) this.#forget(before)
    const entry: Entry = { representation, until, addresses: new Set(), bytes }
    this.#young.add(question, entry)
    representation.grown = (more) => this.#grow(question, entry, more)
    this.#shrink()
  }

  /** Recognises a question by this address from now on. */
  note(question: string, address: string): void {
    const entry = this.#young.entries.get(question)
    if (entry === undefined || entry.addresses.size >= mostAddresses || entry.addresses.has(address)) return
    entry.addresses.add(address)
    this.#questions.set(address, question)
    this.#grow(question, entry, 2 * address.length)
  }

  #turn(moment: Moment): void {
    if (isSame(moment, this.#moment)) return
    this.#moment = moment
    this.#young = new Part()
    this.#old = new Part()
    this.#questions.clear()
  }

  #grow(question: string, entry: Entry, bytes: number): void {
    const part = [this.#young, this.#old].find(({ entries }) => entries.get(question) === entry)
    if (part === undefined) return
    entry.bytes += bytes
    part.bytes += bytes
    this.#shrink()
  }

  #shrink(): void {
    if (this.#young.bytes > this.#most * full) {
      this.#drop()
      this.#old = this.#young
      this.#young = new Part()
    }
    if (this.bytes > this.#most) this.#drop()
  }

  #drop(): void {
    for (const entry of this.#old.entries.values()) this.#forget(entry)
    this.#old = new Part()
  }

  #forget({ addresses }: Entry): void {
    for (const address of addresses) this.#questions.delete(address)
  }
}
