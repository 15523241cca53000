/**
 * Who waits, in the order of their turns: the clients in a round, and those of one client in the order in which they
 * came.
 */
export class Line<A> {
  /** The clients that wait, the next one first. */
  readonly #clients = new Map<string, Set<A>>()
  #served: string | undefined

  get isEmpty(): boolean {
    return this.#clients.size === 0
  }

  add(client: string, one: A): void {
    const waiting = this.#clients.get(client)
    if (waiting === undefined) this.#clients.set(client, new Set([one]))
    else waiting.add(one)
  }

  remove(client: string, one: A): void {
    const waiting = this.#clients.get(client)
    waiting?.delete(one)
    if (waiting?.size === 0) this.#clients.delete(client)
  }

  /** Takes the next one out. The client that was served last comes after another that waits. */
  next(): A | undefined {
    const clients = this.#clients.keys()
    let client = clients.next().value
    if (client !== undefined && client === this.#served) client = clients.next().value ?? client
    if (client === undefined) return undefined
    const waiting = this.#clients.get(client) ?? new Set<A>()
    const [one] = waiting
    this.#clients.delete(client)
    // To the end of the round.
    if (waiting.size > 1) this.#clients.set(client, waiting)
    if (one !== undefined) waiting.delete(one)
    this.#served = client
    return one
  }
}
