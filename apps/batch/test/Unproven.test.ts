import { SqlClient } from "@effect/sql"
import { expect, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import type { Asked, Scripted } from "trials-domain/testing/OdcloudUpstream"
import { rows } from "./Rows.js"
import * as Scenario from "./Scenario.js"
import { difference, dumpOf, empty, ledgerOf, type Store } from "./Stores.js"
import { upstreamForAll, within } from "./Within.js"

const key = "a-key"
const edition = Scenario.edition(1, [])
const started = upstreamForAll({ key, editions: [edition] })

const [first, missed, ...others] = rows(8)
const all = [first, missed, ...others].filter((row) => row !== undefined)

/** What the registry has at the time of the fault. Against the stored trials, a run would make every kind of change. */
const now = others.map((row, n) => (n === 2 ? { ...row, 연구범위: "단일기관" } : row))

const sync = (store: Store) =>
  Effect.promise(() =>
    within([...Scenario.sync, "--init"], {
      ...Scenario.settings(started(), store),
      ODCLOUD_PAGE_SIZE: "4",
      TRIALS_SHRINK_LIMIT: "0.5"
    })
  )

/** Everything except the ledger, which grows with every run, and what a run needs only while it lasts. */
const contentOf = (store: Store) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const tables = [
      yield* sql`SELECT * FROM trial_search ORDER BY registry, id`,
      yield* sql`SELECT * FROM absences ORDER BY registry, id`,
      yield* sql`SELECT * FROM counters WHERE name <> 'publication' ORDER BY name`
    ]
    const more = tables.flat().map((row) => JSON.stringify(row))
    return `${yield* dumpOf(store)}${more.join("\n")}\n`
  }).pipe(Effect.provide(store.reader), Effect.orDie)

/** A database after a few nights: all trials, then one missing for the first time. */
class Nights extends Context.Tag("Nights")<Nights, { readonly store: Store; readonly content: string }>() {
  static readonly layer = Layer.scoped(
    Nights,
    Effect.gen(function* () {
      const store = yield* empty.SQLite
      for (const [n, rows] of [all.slice(0, -1), all.slice(1, -1)].entries()) {
        edition.rows = rows
        expect([n, (yield* sync(store)).exit]).toEqual([n, 0])
      }
      return { store, content: yield* contentOf(store) }
    })
  )
}

interface Fault {
  readonly name: string
  readonly answer: (asked: Asked) => Scripted
  readonly code: string
  readonly exit: number
  /** How often the page is requested, over all tries of all reads. */
  readonly asked: number
}

const envelope = ({ page, perPage }: Asked, totalCount = now.length, without = 0): string => {
  const data = now.slice((page - 1) * perPage + without, page * perPage)
  return JSON.stringify({
    currentCount: data.length,
    data,
    matchCount: totalCount,
    page,
    perPage,
    totalCount
  })
}

const xml = (number: string, words: string): string =>
  `<OpenAPI_ServiceResponse><cmmMsgHeader><errMsg>SERVICE ERROR</errMsg><returnAuthMsg>${words}</returnAuthMsg>` +
  `<returnReasonCode>${number}</returnReasonCode></cmmMsgHeader></OpenAPI_ServiceResponse>`

const once = { exit: 4, asked: 1 }
const tried = { exit: 4, asked: 5 }
const faults: ReadonlyArray<Fault> = [
  {
    name: "a bad key",
    answer: () => ({ status: 401, body: '{"code":-401,"msg":"x"}' }),
    code: "key",
    exit: 2,
    asked: 1
  },
  {
    name: "a key that XML calls bad with status 200",
    answer: () => ({ body: xml("30", "SERVICE_KEY_IS_NOT_REGISTERED_ERROR") }),
    code: "key",
    exit: 2,
    asked: 1
  },
  {
    name: "XML of a quota with status 200",
    answer: () => ({ body: xml("22", "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR") }),
    code: "quota",
    ...once
  },
  {
    name: "XML of an error with status 200",
    answer: () => ({ body: xml("99", "UNKNOWN_ERROR") }),
    code: "server",
    ...tried
  },
  {
    name: "a body cut off",
    answer: (asked) => ({ body: envelope(asked).slice(0, -20) }),
    code: "network",
    ...tried
  },
  {
    name: "a connection cut off",
    answer: (asked) => ({ body: envelope(asked), cut: true }),
    code: "network",
    ...tried
  },
  // A read that does not add up is made three times.
  {
    name: "a count of one more",
    answer: (asked) => ({ body: envelope(asked, now.length + 1) }),
    code: "total-moved",
    exit: 4,
    asked: 3
  },
  {
    name: "a count of one fewer",
    answer: (asked) => ({ body: envelope(asked, now.length - 1) }),
    code: "total-moved",
    exit: 4,
    asked: 3
  },
  {
    name: "a row that is not there",
    answer: (asked) => ({ body: envelope(asked, now.length, 1) }),
    code: "count-mismatch",
    exit: 4,
    asked: 3
  }
]

const places = [
  { place: "page 1", page: 1, healthy: 0 },
  { place: "a later page", page: 2, healthy: 0 },
  // Neither a single response nor a timestamp proves this read, so it is made twice.
  { place: "the last page of the second read", page: 2, healthy: 1 }
]

layer(Nights.layer, { excludeTestServices: true, timeout: "1 minute" })("the database is as before", (it) => {
  const cases = faults.flatMap((fault) => places.map((place) => ({ ...fault, ...place })))
  it.scoped.each(cases)("$name on $place", ({ answer, asked: expected, code: usual, exit, healthy, page }) =>
    Effect.gen(function* () {
      const nights = yield* Nights
      const store = yield* nights.store.copy
      edition.rows = now
      let times = 0
      started().script = (asked) => {
        if (asked.spec || asked.perPage === 1 || asked.page !== page) return undefined
        times += 1
        return times > healthy ? answer(asked) : undefined
      }
      const told = yield* sync(store)
      const { error, reason, verdict } = JSON.parse(told.stdout)
      // A first page that is short is taken for a cap of the registry.
      const code = usual === "count-mismatch" && page === 1 ? "page-size" : usual
      expect([told.exit, error?.code ?? reason.code]).toEqual([exit, code])
      expect(times).toBe(healthy + expected)
      expect(verdict).toBe(exit === 2 ? undefined : "failed")
      expect(difference(yield* contentOf(store), nights.content)).toBeNull()
      expect(yield* ledgerOf(store)).toEqual(["complete", "unchanged", code])
      expect(yield* store.integrity).toBe("ok")

      // Without the fault the same run succeeds.
      started().script = () => undefined
      expect(JSON.parse((yield* sync(store)).stdout).counts).toMatchObject({
        created: 1,
        edited: 1,
        disappeared: 1,
        unchanged: 4
      })
    })
  )
})
