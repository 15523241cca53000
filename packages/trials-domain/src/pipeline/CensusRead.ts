import { SqlClient, SqlSchema } from "@effect/sql"
import { Effect, Ref, Schema, Stream } from "effect"
import { bucketOf } from "../model/AuditBucket.js"
import { combine, Finding, type FindingSummary, type RejectedRecord, summarize } from "../model/Finding.js"
import type { Revision } from "../model/Revision.js"
import { digester, shortDigest } from "../registries/ListedPart.js"
import type { Registry } from "../registries/Registry.js"
import { type DetailRequests, RegistryClient } from "../registries/RegistryClient.js"
import type { UpstreamError } from "../registries/UpstreamError.js"
import { count } from "../sql/count.js"
import { transaction } from "../sql/transaction.js"
import { failpoint } from "../store/Failpoint.js"
import { StillHeld } from "../store/Lease.js"
import * as Listings from "../store/Listings.js"
import * as Wanted from "../store/Wanted.js"
import { stagingTables } from "../store/StagingTables.js"
import type { StoreError } from "../store/StoreError.js"
import { detailsOf } from "./DetailsPage.js"
import { Hints } from "./Hints.js"
import { NotProven } from "./NotProven.js"
import { report } from "./Progress.js"
import { beginRead, type ProvenRead, readProven, stagedAs } from "./ProvenRead.js"
import { rejectedLimit } from "./ReadSummary.js"
import { Staging, type StagingError } from "./Staging.js"
import { adding } from "./StagingWrite.js"
import { storedRecords } from "./StoredTrials.js"

/** What is known before a registry is read whose list carries only a part of each record. */
export interface Known extends Wanted.Calls {
  /** The registry's data timestamp, if it is that of the last proven census, so that no other is read; otherwise null. */
  readonly unmovedSince: string | null
  /** The mapping under which the stored records were last read. */
  readonly readUnder: number
  /** The largest share of the listed trials that may lack their record. */
  readonly limit: number
}

/** The whole records that a census called for, staged. */
interface Details {
  /** How many records are staged. */
  readonly detailed: number
  /** How many of them are older than the census; their listings vouch for them. */
  readonly older: number
  /** How many trials lack their record. */
  readonly waiting: number
  /** The records that the mapping could not read: how many, and the first of them. */
  readonly rejected: { readonly count: number; readonly records: ReadonlyArray<RejectedRecord> }
  readonly findings: ReadonlyArray<FindingSummary>
}

/** A census and the whole records that it called for. */
export interface CensusRead {
  /** Null where the registry has not moved since the last one. */
  readonly census: ProvenRead | null
  readonly details: Details
}

// "Three rounds, then `failed`" (architecture.md, one rule for resuming).
const rounds = 3

/** The code of a finding: the registry lists the trial and does not serve a record that says the same. */
const recordLacking = "record-lacking"

/** The code of a finding: the registry lists the trial, and serves it under the id of another one. */
const recordMerged = "record-merged"

/**
 * Makes the listings of a registry from its stored records where trials have none: after a restore, or a saved copy. Returns
 * whether the listings are those of the last proven census: made anew, they do not show which trials lack their record.
 */
const filled = (registry: Registry, readUnder: number) =>
  Effect.gen(function* () {
    const { isLacking, isProven } = yield* Listings.standing(registry.name)
    if (!isLacking) return isProven
    const sql = yield* SqlClient.SqlClient
    const stillHeld = yield* StillHeld
    const digest = digester(registry)
    yield* Stream.runForEach(storedRecords(registry.name, "list"), (page) => {
      const listings = page.map(({ id, record }) => ({
        id,
        digest: record._tag === "Right" ? shortDigest(digest(record.right)) : null,
        bucket: bucketOf(id)
      }))
      return transaction(sql)(Effect.zipRight(stillHeld, Listings.add(registry.name, readUnder, listings)))
    })
    return false
  })

/** Asks for the wanted trials once, in the order of their ids. Returns those that came under another id. */
const askOnce = (revision: Revision, requests: DetailRequests, round: number, total: number) =>
  Effect.gen(function* () {
    const { registry } = yield* RegistryClient
    const staging = yield* Staging
    const read = detailsOf(registry)
    const merged = new Map<string, string>()
    let after = ""
    let done = 0
    yield* report({ step: "details", done, total })
    for (;;) {
      const ids = yield* Wanted.after(registry.name, after, requests.atOnce)
      const last = ids.at(-1)
      if (last === undefined) return merged
      const page = read(new Set(ids), yield* requests.some(revision, ids))
      yield* staging.addDetails(registry, round, page)
      for (const { id, into } of page.merged) merged.set(id, into)
      yield* failpoint("stage.details")
      after = last
      done += ids.length
      yield* report({ step: "details", done, total })
    }
  })

const Unread = Schema.Struct({ id: Schema.String, reason: Schema.String })

const Found = Schema.Struct({ id: Schema.String, findings: Schema.parseJson(Schema.Array(Finding)) })

const foundAtOnce = 1000

/** The findings in the staged records. */
const findingsOf = (registry: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const found = SqlSchema.findAll({
      Request: Schema.String,
      Result: Found,
      execute: (after) => sql`SELECT id, findings FROM ${stagingTables(sql).records}
        WHERE registry = ${registry} AND id > ${after} AND findings IS NOT NULL ORDER BY id LIMIT ${foundAtOnce}`
    })
    let sum: ReadonlyArray<FindingSummary> = []
    let after = ""
    for (;;) {
      const page = yield* found(after)
      const last = page.at(-1)
      if (last === undefined) return sum
      sum = combine(
        sum,
        summarize(page.flatMap(({ findings, id }) => findings.map((finding) => ({ id, ...finding }))))
      )
      after = last.id
    }
  })

/** What is staged beside a census, when nothing more is asked for. */
const detailsOfRun = (
  registry: string,
  waiting: number,
  merged: ReadonlyMap<string, string>
): Effect.Effect<Details, StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const { records, unread } = stagingTables(sql)
    const counted = SqlSchema.single({
      Request: Schema.Void,
      Result: Schema.Struct({ detailed: Schema.Int, older: Schema.Int, rejected: Schema.Int }),
      execute: () => sql`SELECT CAST(count(*) AS INTEGER) AS detailed,
        CAST(coalesce(sum(CASE WHEN page = 0 THEN 1 ELSE 0 END), 0) AS INTEGER) AS older,
        (SELECT CAST(count(*) AS INTEGER) FROM ${unread} WHERE registry = ${registry}) AS rejected
        FROM ${records} WHERE registry = ${registry}`
    })
    const rejected = SqlSchema.findAll({
      Request: Schema.Void,
      Result: Unread,
      execute: () =>
        sql`SELECT id, reason FROM ${unread} WHERE registry = ${registry} ORDER BY id LIMIT ${rejectedLimit}`
    })
    // As many as the limit of a run lets wait.
    const lacking = yield* Wanted.after(registry, "", waiting)
    const counts = yield* Effect.catchTag(counted(), "NoSuchElementException", Effect.die)
    return {
      ...counts,
      waiting,
      rejected: { count: counts.rejected, records: yield* rejected() },
      findings: combine(
        yield* findingsOf(registry),
        summarize(
          lacking.map((id) => ({
            id,
            code: merged.has(id) ? recordMerged : recordLacking,
            field: null,
            value: null
          }))
        )
      )
    }
  })

/**
 * Reads a census, `checks` it before it asks for anything more, and stages the whole records that it calls for. A record
 * is used if its listing is what the census says; where the registry moves meanwhile, another census is read and only what
 * disagrees is asked for again. After three rounds a trial without such a record keeps its last one; more of them than the
 * limit fail the run.
 */
export const readCensus: (
  revision: Revision,
  requests: DetailRequests,
  known: Known,
  checks: (census: ProvenRead) => Effect.Effect<void, NotProven | StoreError, SqlClient.SqlClient>
) => Effect.Effect<
  CensusRead,
  NotProven | UpstreamError | StagingError,
  RegistryClient | Staging | SqlClient.SqlClient
> = Effect.fn("CensusRead.readCensus")(function* (
  revision: Revision,
  requests: DetailRequests,
  known: Known,
  checks: (census: ProvenRead) => Effect.Effect<void, NotProven | StoreError, SqlClient.SqlClient>
) {
  const client = yield* RegistryClient
  const { name } = client.registry
  const sql = yield* SqlClient.SqlClient
  const isProven = yield* filled(client.registry, known.readUnder)
  // Another run may have taken over the registry by now.
  const staged = <A, E>(change: Effect.Effect<A, E, SqlClient.SqlClient>) =>
    adding(sql, Effect.provideService(change, SqlClient.SqlClient, sql))
  yield* staged(Wanted.age(name))
  const census = yield* Ref.make<ProvenRead | null>(null)
  const read = Effect.gen(function* () {
    const found = yield* readProven(revision)
    yield* Ref.set(census, found)
    yield* Wanted.analyzed
    // What an earlier run left behind and this census contradicts is no sign that a trial came.
    yield* staged(Wanted.dropUnvouched(name))
    yield* checks(found)
  })
  if (known.unmovedSince !== null && isProven) {
    const as = { revision: revision.id, dataTimestamp: null, pageSize: 0, ...stagedAs(client.registry) }
    yield* beginRead(as)
    yield* staged(Wanted.stageKnown(name, known))
  } else yield* read
  const merged = new Map<string, string>()
  const want = Effect.zipRight(Wanted.analyzed, staged(Wanted.call(name, known)))
  let waiting = yield* want
  for (let round = 1; round <= rounds && waiting > 0; round += 1) {
    for (const [id, into] of yield* askOnce(revision, requests, round, waiting)) merged.set(id, into)
    waiting = yield* staged(Wanted.left(name))
    const before = (yield* Ref.get(census))?.dataTimestamp ?? known.unmovedSince
    if (waiting === 0 || round === rounds || before === null) continue
    if ((yield* client.dataTimestamp(revision)) === before) continue
    yield* Effect.logInfo(`${name} moved while whole records were read: its list is read again.`)
    yield* staged(Wanted.age(name))
    yield* read
    waiting = yield* want
  }
  const whole = yield* Ref.get(census)
  const listed = whole?.keys.distinct ?? (yield* count(() => sql`trial_listings WHERE registry = ${name}`))
  if (waiting > listed * known.limit) {
    const { rejectLimit } = yield* Hints
    return yield* new NotProven({
      verdict: "failed",
      code: recordLacking,
      message:
        `${waiting} of ${listed} listed trials have no record that says what the list says, after three rounds; the ` +
        `limit is ${known.limit * 100} % (${rejectLimit}). Run again later: what was read is kept.`,
      examples: yield* Wanted.after(name, "", 10)
    })
  }
  yield* staged(Wanted.dropUnvouched(name))
  return { census: whole, details: yield* detailsOfRun(name, waiting, merged) }
})
