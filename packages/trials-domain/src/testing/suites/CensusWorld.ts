import { Effect } from "effect"
import { errorsOf } from "../../registries/UpstreamError.js"
import type { CensusAsked, CensusRecord, CensusState, CensusUpstream } from "../CensusUpstream.js"
import { below, pick, type Random } from "./MovingPatterns.js"

/** What a registry answered: a question of a run, and the state that the answer was made of. */
export interface CensusAnswered {
  readonly what: CensusAsked["what"]
  readonly state: CensusState
}

/** How a registry moves while it is read, or is several. */
export const movements = [
  "stands still",
  "moves on",
  "answers from copies that are behind",
  "is another one for a while",
  "moves on and refuses its tokens",
  "moves on and pages through its old list",
  "serves old records"
] as const

export type Movement = (typeof movements)[number]

const dayOf = (day: number): string => new Date(Date.UTC(2026, 10, 1 + day)).toISOString().slice(0, 10)

const recordOf = (n: number, day: number): CensusRecord => ({
  id: `T${String(n).padStart(4, "0")}`,
  title: `Trial ${n}`,
  updated: dayOf(day),
  detail: `detail ${n}`
})

/** A registry that is small, and all of its states, each under a timestamp of its own. */
export class CensusWorld {
  readonly states: Array<CensusState>
  /** What was answered since the night began. */
  readonly answered: Array<CensusAnswered> = []
  private day = 0
  private hour = 0
  private made: number
  private readonly random: Random
  private readonly gone: Array<CensusRecord> = []

  constructor(random: Random) {
    this.random = random
    this.made = 60 + below(random, 141)
    const records = Array.from({ length: this.made }, (_, n) => recordOf(n, 0))
    this.states = [{ records, stamp: this.stamp() }]
  }

  private stamp(): string {
    return `${dayOf(this.day)}T${String(this.hour).padStart(2, "0")}:00:00`
  }

  get now(): CensusState {
    const state = this.states.at(-1)
    if (state === undefined) throw new Error("there is no state")
    return state
  }

  /** Moves to another state: at a later hour of the day, or on another day. */
  move(): CensusState {
    const { random } = this
    if (this.hour < 20 && random() < 0.4) this.hour += 1
    else [this.day, this.hour] = [this.day + 1, 0]
    let records = [...this.now.records]
    for (let left = 1 + below(random, 4); left > 0; left -= 1) {
      const at = below(random, records.length)
      const record = pick(random, records)
      const what = random()
      const edit = (edited: Partial<CensusRecord>) =>
        records.map((each) => (each === record ? { ...record, ...edited } : each))
      if (what < 0.35) records = edit({ detail: `${record.detail}.`, updated: dayOf(this.day) })
      else if (what < 0.5) records = edit({ title: `${record.title}!` })
      else if (what < 0.65) records = edit({ detail: `${record.detail}!` })
      else if (what < 0.8) {
        this.gone.push(record)
        records = records.filter((each) => each !== record)
      } else if (what < 0.9 && this.gone.length > 0) {
        const back = pick(random, this.gone)
        this.gone.splice(this.gone.indexOf(back), 1)
        records.splice(at, 0, back)
      } else records.splice(at, 0, recordOf((this.made += 1), this.day))
    }
    // The real one has no order.
    if (random() < 0.3) records.reverse()
    this.states.push({ records, stamp: this.stamp() })
    return this.now
  }

  /** Begins a night in which the registry moves in some way. */
  begin(upstream: CensusUpstream, movement: Movement): void {
    const { random, states } = this
    const often = pick(random, [0.02, 0.05, 0.15, 0.4])
    const behind = () => pick(random, states.slice(-1 - below(random, 3) - 1))
    const [from, long] = [below(random, 12), 1 + below(random, 6)]
    const other = behind()
    const kind = pick(random, ["version", "count", "page", "details", null] as const)
    let held: CensusState | null = null
    let before: CensusAsked["what"] | null = null
    const answers: Readonly<Record<Movement, (asked: CensusAsked) => CensusState>> = {
      "stands still": () => this.now,
      "moves on": () => (random() < often ? this.move() : this.now),
      "answers from copies that are behind": ({ what }) =>
        random() < often && (kind === null || kind === what) ? behind() : this.now,
      "is another one for a while": ({ n }) => (n >= from && n < from + long ? other : this.now),
      "moves on and refuses its tokens": () => this.now,
      "moves on and pages through its old list": ({ what }) => {
        const now = random() < often ? this.move() : this.now
        if (what !== "page" || before !== "page") held = now
        return what === "page" ? (held ?? now) : now
      },
      "serves old records": ({ what }) => (what === "details" && random() < 0.7 ? behind() : this.now)
    }
    this.answered.length = 0
    upstream.beginMoving((asked) => {
      const state = answers[movement](asked)
      before = asked.what
      this.answered.push({ what: asked.what, state })
      return state
    })
    if (movement !== "moves on and refuses its tokens") return
    const refused = errorsOf(upstream.registry.name)("request", { status: 400, passing: false })
    upstream.onRequest = ({ what }) =>
      Effect.suspend(() => {
        if (random() >= often) return Effect.void
        this.move()
        return what === "page" && before === "page" ? refused : Effect.void
      })
  }
}
