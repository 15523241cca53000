import { Effect, Schema } from "effect"
import { PartialDate } from "../model/PartialDate.js"
import type { Revision } from "../model/Revision.js"
import { isStorable } from "../model/Text.js"
import type { Details, Page, RegistryRequests, ResolvedRevision } from "./RegistryClient.js"
import { errorsOf, isUpstreamError, type UpstreamError } from "./UpstreamError.js"

const text = Schema.String.pipe(Schema.filter(isStorable))

// The number of rows that a database can count.
const count = Schema.Int.pipe(Schema.between(0, 2_147_483_647))

/** An edition that the ledger can hold, and compare with others by its date: a whole day. */
export const ReadableRevision = Schema.Struct({
  id: text.pipe(Schema.minLength(1)),
  date: Schema.NullOr(PartialDate.pipe(Schema.length(10))),
  title: Schema.NullOr(text)
})

const Resolved = Schema.Struct({
  revision: ReadableRevision,
  how: Schema.Literal("newest", "named", "assumed", "saved"),
  notes: Schema.Array(text)
})

const Some = Schema.Struct({
  records: Schema.Array(Schema.Unknown),
  repeatedKeys: Schema.optional(Schema.Array(Schema.Struct({ row: count, key: Schema.String })))
})

const Pages = Schema.Struct({
  ...Some.fields,
  total: Schema.NullOr(count),
  dataTimestamp: Schema.optional(Schema.NullOr(text)),
  next: Schema.NullOr(text)
})

/** Whether an answer is what its type says. */
const is: {
  readonly count: (answer: number) => boolean
  readonly details: (answer: Details) => boolean
  readonly page: (answer: Page) => boolean
  readonly resolved: (answer: ResolvedRevision) => boolean
  readonly revisions: (answer: ReadonlyArray<Revision>) => boolean
  readonly timestamp: (answer: string | null) => boolean
} = {
  count: Schema.is(count),
  details: Schema.is(Some),
  page: Schema.is(Pages),
  resolved: Schema.is(Resolved),
  revisions: Schema.is(Schema.Array(ReadableRevision)),
  timestamp: Schema.is(Schema.NullOr(text))
}

/**
 * A client whose answers a run can work with: it is somebody's own code, which may throw, and its types may be wrong. An
 * answer that is not in the declared form is an `UpstreamError` with the reason `malformed` that names the call.
 */
export const checked = (client: RegistryRequests): RegistryRequests => {
  const { name } = client.registry
  const only = <A>(
    call: string,
    ask: () => Effect.Effect<A, UpstreamError>,
    isRight: (answer: A) => boolean
  ): Effect.Effect<A, UpstreamError> => {
    const malformed = (what: string) =>
      errorsOf(name)("malformed", { detail: `The client of ${name} ${what} where a run asks ${call}.` })
    const other = () => malformed("does not answer in the form that RegistryClient declares")
    return Effect.suspend(() => {
      const asked = ask()
      return Effect.isEffect(asked) ? asked : other()
    }).pipe(
      Effect.filterOrFail(isRight, other),
      Effect.catchAll((error) =>
        Effect.fail(isUpstreamError(error) ? error : malformed("fails in a way of its own"))
      ),
      Effect.catchAllDefect((defect) =>
        Effect.zipRight(Effect.logDebug("A client failed.", defect), malformed("throws"))
      )
    )
  }
  const { details } = client
  return {
    ...client,
    ...(details === undefined
      ? {}
      : {
          details: {
            ...details,
            some: (revision, ids) => only("details", () => details.some(revision, ids), is.details)
          }
        }),
    revisions: only("revisions", () => client.revisions, is.revisions),
    resolve: (last) => only("resolve", () => client.resolve(last), is.resolved),
    count: (revision) => only("count", () => client.count(revision), is.count),
    page: (revision, at, size) => only("page", () => client.page(revision, at, size), is.page),
    dataTimestamp: (revision) => only("dataTimestamp", () => client.dataTimestamp(revision), is.timestamp)
  }
}
