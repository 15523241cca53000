/** How long the API waits for a client or for an answer, in milliseconds, and how much it takes on. */
export interface Limits {
  /** For a whole request to arrive. A slower connection is closed within two more seconds. */
  readonly arrival: number
  /** For an answer, from the arrival of its request: a turn in the queue, and reading. */
  readonly answer: number
  /** For the answer of `/readyz`, which does not stand in the queue. */
  readonly ready: number
  /** For the system to take an answer: a client that does not read is disconnected. */
  readonly write: number
  /** For the next request of a connection. Longer than the 60 seconds after which balancers close theirs. */
  readonly keepAlive: number
  /** How many connections may be kept alive between two requests. Beyond them, those end that have been idle for longest. */
  readonly idle: number
  /** For a client to close its side after the last answer. What it still sends is discarded. */
  readonly linger: number
  /** How many answers one address may have in hand: waiting, read, or being written. */
  readonly perAddress: number
  /** How many answers all addresses may have in hand. */
  readonly inAll: number
  /** For a whole export, from its beginning until it is sent. Each of its reads also has the time of an answer. */
  readonly export: number
  /** How many exports are sent at once, to all clients together; one at most to each. */
  readonly exports: number
}

/** The limits of an API that sets none. */
export const defaults: Limits = {
  arrival: 10_000,
  answer: 10_000,
  ready: 3000,
  write: 10_000,
  keepAlive: 65_000,
  idle: 256,
  linger: 1000,
  perAddress: 64,
  inAll: 1024,
  export: 600_000,
  exports: 2
}

/** The limits that are given, and the usual ones where one is not given or is undefined. */
export const from = (given: Partial<Limits> = {}): Limits => ({
  ...defaults,
  ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
})
