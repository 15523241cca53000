/** How many requests a client has sent in its present minute. */
interface Minute {
  sent: number
  readonly ends: number
}

/** What a client may still send, and for how many seconds that counts. */
export interface Allowance {
  readonly isOver: boolean
  readonly left: number
  readonly seconds: number
}

const minute = 60_000

// A client takes about 200 bytes. Who has more addresses than this is not held by a limit for each of them.
const mostClients = 50_000

/**
 * How many requests each client may send in a minute, which begins with its first one. The clients are kept in two parts: after
 * a minute, or when it is full, the younger part becomes the older one, whose clients begin anew.
 */
export class Rate {
  readonly most: number
  #young = new Map<string, Minute>()
  #old = new Map<string, Minute>()
  #since = 0

  constructor(most: number) {
    this.most = most
  }

  /** How many clients it remembers. */
  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** Counts a request. `now` is in milliseconds, and never goes backwards. */
  take(client: string, now: number): Allowance {
    if (now - this.#since >= minute || this.#young.size >= mostClients / 2) {
      this.#old = this.#young
      this.#young = new Map()
      this.#since = now
    }
    let own = this.#young.get(client) ?? this.#old.get(client)
    if (own === undefined || own.ends <= now) {
      own = { sent: 0, ends: now + minute }
      this.#young.set(client, own)
    }
    own.sent += 1
    return {
      isOver: own.sent > this.most,
      left: Math.max(0, this.most - own.sent),
      // A sum of milliseconds may be a little more than it should.
      seconds: Math.min(60, Math.ceil((own.ends - now) / 1000))
    }
  }
}
