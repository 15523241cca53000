/**
 * A list of what a search finds: in each of the orders, with its total, and what the hits are counted by.
 *
 * @module
 */
import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import type { Facets } from "../model/Facets.js"
import { countedUpTo, type Total } from "../model/Page.js"
import type { TrialSort } from "../model/TrialFilter.js"
import { among } from "../sql/dialect.js"
import * as Cursor from "./Cursor.js"
import * as FacetCounts from "./FacetCounts.js"
import * as Hits from "./Hits.js"
import * as ListedTrials from "./ListedTrials.js"
import { oneMore, pageFrom } from "./Listing.js"
import type { Listed, Position } from "./ListRequest.js"
import type { Step, Stepped } from "./Sliced.js"

/** How many trials are looked at in one step at most where the list is in the order of ids. */
const mostLooked = 2000

const Named = Schema.Struct({ seq: Schema.Int, id: Schema.String, registry: Schema.String })

/** Some trials after a position in the order of ids. */
const named = (after: Position | undefined, limit: number, only?: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const where = [
      sql`1 = 1`,
      ...(only === undefined ? [] : [among(sql, "t.updated_seq", only)]),
      ...(after === undefined
        ? []
        : [sql`(t.id, t.registry) > (${sql.csv(after.map((part) => sql`${part}`))})`])
    ]
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Named,
      execute: () => sql`SELECT t.updated_seq AS seq, t.id, t.registry FROM trials t WHERE ${sql.and(where)}
        ORDER BY t.id, t.registry LIMIT ${limit}`
    })
    return yield* find()
  })

/** A page of the hits in the order of ids. */
const byId = (step: Step, search: Hits.Search, after: Position | undefined, limit: number) =>
  Effect.gen(function* () {
    const sieve = yield* Hits.sieve(step, search)
    if (sieve.candidates !== null) {
      const hits = yield* sieve.hits(step, sieve.candidates)
      return hits.length === 0 ? [] : yield* step(named(after, limit, hits))
    }
    const found: Array<typeof Named.Type> = []
    let position = after
    for (let looked = 2 * limit; ; looked = Math.min(mostLooked, 4 * looked)) {
      const read = yield* step(named(position, looked))
      const seqs = read.map(({ seq }) => seq)
      const hits = new Set(yield* sieve.hits(step, seqs))
      found.push(...read.filter(({ seq }) => hits.has(seq)))
      const last = read.at(-1)
      if (found.length >= limit || last === undefined || read.length < looked) return found.slice(0, limit)
      position = [last.id, last.registry]
    }
  })

/** The places of a page's trials, each with its position in the list. */
const placesOf = (
  step: Step,
  search: Hits.Search,
  sort: TrialSort,
  after: Position | undefined,
  limit: number,
  upTo: number
) =>
  Effect.gen(function* () {
    const [one, other] = after ?? []
    if (sort === "id")
      return (yield* byId(step, search, after, limit)).map(({ id, registry, seq }) => ({
        seq,
        position: [id, registry]
      }))
    if (sort === "updatedAt")
      return (yield* Hits.inOrder(step, search, {
        direction: "",
        after: typeof one === "number" ? one : null,
        limit,
        upTo
      })).map((seq) => ({ seq, position: [seq] }))
    const from: Hits.Position | null =
      (one === "named" || one === "others") && typeof other === "number" ? { among: one, seq: other } : null
    return (yield* Hits.first(step, search, from, limit, upTo)).map(({ among, seq }) => ({
      seq,
      position: [among, seq]
    }))
  })

/** Counts the hits of a search by their values. */
export const facetsOf = (step: Step, search: Hits.Search, names: Listed["facets"]): Stepped<Facets> =>
  Effect.gen(function* () {
    const part = { direction: "-", after: null, limit: FacetCounts.mostCounted + 1 } as const
    const hits = yield* Hits.inOrder(step, search, part)
    const complete = hits.length <= FacetCounts.mostCounted
    return yield* FacetCounts.of(step, names, hits.slice(0, FacetCounts.mostCounted), complete)
  })

/** A page after a position. `described` is what its cursor is bound to. */
export const page = (
  step: Step,
  { facets, fields, filter, limit, sort }: Listed,
  position: Position | undefined,
  described: string
) =>
  Effect.gen(function* () {
    const search = yield* step(Hits.searchOf(filter))
    const wanted = oneMore(limit)
    const upTo = position === undefined ? oneMore(countedUpTo) : wanted
    const places = yield* placesOf(step, search, sort, position, wanted, upTo)
    // A first page that has not as many as were wanted has all.
    const total: Total =
      position !== undefined || places.length === wanted
        ? yield* Hits.totalOf(step, search)
        : {
            value: Math.min(places.length, countedUpTo),
            relation: places.length > countedUpTo ? "gte" : "eq"
          }
    const positions = new Map(places.slice(0, wanted).map(({ position, seq }) => [seq, position]))
    const trials = yield* step(ListedTrials.at([...positions.keys()], fields))
    const { items, ...rest } = pageFrom(trials, limit, total, ({ seq }) =>
      Cursor.encode(described, positions.get(seq) ?? [])
    )
    const found = { items: items.map(({ trial }) => trial), ...rest }
    return facets.length === 0 ? found : { ...found, facets: yield* facetsOf(step, search, facets) }
  })
