import { Effect, Layer } from "effect"
import { RegistryClient } from "../../registries/RegistryClient.js"
import type { SyntheticRecord } from "../SyntheticRegistry.js"
import { syntheticRegistry } from "../SyntheticRegistry.js"

/** A registry's whole list at one moment. */
export type List = ReadonlyArray<SyntheticRecord>

/** One request to a registry, numbered from 0; `page` is null for a count or a timestamp. */
interface Asked {
  readonly n: number
  readonly page: number | null
  readonly size: number
}

/** Which list answers a request. */
export type Answers = (asked: Asked) => List

/** One page as it was sent, and the list that it was cut from. */
interface Sent {
  readonly list: List
  readonly rows: List
}

const stateOf = (list: List): string => JSON.stringify(list.map(({ id, title }) => [id, title]).sort())

/**
 * A registry of which every request may see another list: it moves, or several copies of it answer. Keeps what it sent,
 * read by read.
 */
export class MovingRegistry {
  readonly registry
  readonly pageSize: number
  answers: Answers
  /** The most records that it sends in one page, whatever is asked for. */
  cap = Number.POSITIVE_INFINITY
  /** Whether it states a timestamp, which is another one for every state of the list. */
  isStamped = false
  /** The pages of every read so far, also of those that did not add up. */
  readonly reads: Array<Array<Sent>> = []
  private requests = 0

  constructor(name: string, pageSize: number, answers: Answers) {
    this.registry = syntheticRegistry(name)
    this.pageSize = pageSize
    this.answers = answers
  }

  /** Begins another run: its requests are counted from 0. */
  begin(answers: Answers): void {
    this.answers = answers
    this.requests = 0
    this.reads.length = 0
  }

  layer(): Layer.Layer<RegistryClient> {
    const ask = (page: number | null, size: number) =>
      this.answers({ n: (this.requests += 1) - 1, page, size })
    const stampOf = (list: List) => (this.isStamped ? stateOf(list) : null)
    const revision = { id: "moving", date: null, title: null }
    return Layer.succeed(RegistryClient, {
      registry: this.registry,
      pageSize: this.pageSize,
      pageSizeSetting: "PAGE_SIZE",
      revisions: Effect.succeed([revision]),
      resolve: () => Effect.succeed({ revision, how: "newest", notes: [] }),
      count: () => Effect.sync(() => ask(null, 1).length),
      dataTimestamp: () => Effect.sync(() => (this.isStamped ? stampOf(ask(null, 1)) : null)),
      page: (_, at, asked) =>
        Effect.sync(() => {
          const size = Math.min(asked, this.cap)
          const number = at === null ? 1 : Number(at)
          const list = ask(number, size)
          const rows = list.slice((number - 1) * size, number * size)
          if (at === null) this.reads.push([])
          this.reads.at(-1)?.push({ list, rows })
          const isLast = number * size >= list.length || rows.length === 0
          return {
            records: rows,
            total: list.length,
            next: isLast ? null : String(number + 1),
            dataTimestamp: stampOf(list)
          }
        })
    })
  }

  /** Every list from which one of the last reads was cut. */
  listsOf(reads: number): ReadonlyArray<List> {
    return [...new Set(this.reads.slice(-reads).flatMap((pages) => pages.map(({ list }) => list)))]
  }

  /** What the last read, or the one so many before it, contained. */
  rowsOf(before = 0): List {
    return (this.reads.at(-1 - before) ?? []).flatMap(({ rows }) => rows)
  }
}

/** Whether two lists say the same, in whatever order. */
export const areSame = (one: List, other: List): boolean => stateOf(one) === stateOf(other)
