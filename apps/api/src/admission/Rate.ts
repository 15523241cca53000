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
 * How many requests each client may send in a minute, which begins with its first one. The clients are kept in the order in
 * which their minutes end; where there are too many, the first of them begin anew.
 */
export class Rate {
  readonly most: number
  readonly #clients = new Map<string, Minute>()

  constructor(most: number) {
    this.most = most
  }

  /** How many clients it remembers. */
  get size(): number {
    return this.#clients.size
  }

  /** Counts a request. `now` is in milliseconds, and never goes backwards. */
  take(client: string, now: number): Allowance {
    for (const [each, { ends }] of this.#clients) {
      if (ends > now && this.#clients.size < mostClients) break
      this.#clients.delete(each)
    }
    let own = this.#clients.get(client)
    if (own === undefined) {
      own = { sent: 0, ends: now + minute }
      this.#clients.set(client, own)
    }
    own.sent += 1
    return {
      isOver: own.sent > this.most,
      left: Math.max(0, this.most - own.sent),
      seconds: Math.ceil((own.ends - now) / 1000)
    }
  }
}
