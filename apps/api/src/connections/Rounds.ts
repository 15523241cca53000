import { Line } from "../admission/Line.js"

/** Milliseconds of a round that are for beginning requests. */
const share = 5

/** How many connections are accepted for each request that begins meanwhile. */
const acceptedPerRequest = 8

/** Milliseconds that sockets are served at most while a read waits. */
const longestRest = 100

/** Rounds without a new connection after which all sockets are served: the last one accepted has sent its request. */
const quietRounds = 2

/**
 * The rounds of the event loop. In one round Node accepts one connection, and receives from every socket that has sent
 * something. A round must therefore be short, or clients wait for long until they are connected.
 */
export class Rounds {
  readonly #waiting = new Line<() => void>()
  /** Milliseconds of this round that went to beginning requests. */
  #used = 0
  #accepted = 0
  #acceptedBefore = 0
  /** The value of `accepted` when a request began. */
  #acceptedAtRequest = -acceptedPerRequest
  #scheduled = false

  /** Counts a new connection. While there are any, few requests begin. */
  accept(): void {
    this.#accepted += 1
    this.#schedule()
  }

  /** Begins a request of a client: now if this round has time for it, in a later one otherwise. Clients take turns. */
  begin(client: string, request: () => void): void {
    if (this.#hasTime && this.#waiting.isEmpty) this.#run(request)
    else this.#waiting.add(client, request)
    this.#schedule()
  }

  /** Goes on when the sockets have been served, or after a tenth of a second; or with the next round if nobody waits. */
  afterSockets(then: () => void, isWaitedFor: () => boolean): void {
    const end = performance.now() + longestRest
    let accepted = this.#accepted
    let quiet = 0
    const round = (): void => {
      quiet = accepted === this.#accepted ? quiet + 1 : 0
      accepted = this.#accepted
      if (quiet === quietRounds || !isWaitedFor() || performance.now() > end) then()
      else setImmediate(round)
    }
    setImmediate(round)
  }

  get #hasTime(): boolean {
    if (this.#accepted === this.#acceptedBefore) return this.#used < share
    return this.#accepted - this.#acceptedAtRequest >= acceptedPerRequest
  }

  #run(request: () => void): void {
    this.#acceptedAtRequest = this.#accepted
    const began = performance.now()
    request()
    this.#used += performance.now() - began
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      while (this.#hasTime) {
        const request = this.#waiting.next()
        if (request === undefined) break
        this.#run(request)
      }
      this.#used = 0
      this.#acceptedBefore = this.#accepted
      if (!this.#waiting.isEmpty) this.#schedule()
    })
  }
}
