import type { ServerResponse } from "node:http"

/** The answers in hand: how many each client has, and all together. A place is free again when its answer is written. */
export class Places {
  readonly #mostPerClient: number
  readonly #mostInAll: number
  readonly #perClient = new Map<string, number>()
  #all = 0

  constructor(mostPerClient: number, mostInAll: number) {
    this.#mostPerClient = mostPerClient
    this.#mostInAll = mostInAll
  }

  /** Takes a place until the response closes; false if there is none. */
  take(client: string, response: Pick<ServerResponse, "once">): boolean {
    const own = this.#perClient.get(client) ?? 0
    if (own >= this.#mostPerClient || this.#all >= this.#mostInAll) return false
    this.#perClient.set(client, own + 1)
    this.#all += 1
    response.once("close", () => {
      this.#all -= 1
      const left = (this.#perClient.get(client) ?? 1) - 1
      if (left === 0) this.#perClient.delete(client)
      else this.#perClient.set(client, left)
    })
    return true
  }
}
