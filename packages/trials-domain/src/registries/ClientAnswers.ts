import { Effect, Schema } from "effect"
import type { Revision } from "../model/Revision.js"
import { isStorable } from "../model/Text.js"
import type { Page, RegistryRequests, ResolvedRevision } from "./RegistryClient.js"
import { errorsOf, type UpstreamError } from "./UpstreamError.js"

const text = Schema.String.pipe(Schema.filter(isStorable))

// The number of rows that a database can count.
const count = Schema.Int.pipe(Schema.between(0, 2_147_483_647))

const Stored = Schema.Struct({
  id: text.pipe(Schema.minLength(1)),
  date: Schema.NullOr(text),
  title: Schema.NullOr(text)
})

const Resolved = Schema.Struct({
  revision: Stored,
  how: Schema.Literal("newest", "named", "assumed", "saved"),
  notes: Schema.Array(text)
})

const Pages = Schema.Struct({
  records: Schema.Array(Schema.Unknown),
  total: Schema.NullOr(count),
  dataTimestamp: Schema.optional(Schema.NullOr(text)),
  repeatedKeys: Schema.optional(Schema.Array(Schema.Struct({ row: count, key: Schema.String }))),
  next: Schema.NullOr(text)
})

/** Whether an answer is what its type says. */
const is: {
  readonly count: (answer: number) => boolean
  readonly page: (answer: Page) => boolean
  readonly resolved: (answer: ResolvedRevision) => boolean
  readonly revisions: (answer: ReadonlyArray<Revision>) => boolean
  readonly timestamp: (answer: string | null) => boolean
} = {
  count: Schema.is(count),
  page: Schema.is(Pages),
  resolved: Schema.is(Resolved),
  revisions: Schema.is(Schema.Array(Stored)),
  timestamp: Schema.is(Schema.NullOr(text))
}

/**
 * A client whose answers a run can work with: it is somebody's own code, and its types may be wrong. An answer that is
 * not in the declared form is an `UpstreamError` with the reason `malformed` that names the call.
 */
export const checked = (client: RegistryRequests): RegistryRequests => {
  const { name } = client.registry
  const only =
    <A>(call: string, isRight: (answer: A) => boolean) =>
    (answered: Effect.Effect<A, UpstreamError>): Effect.Effect<A, UpstreamError> =>
      Effect.filterOrFail(answered, isRight, () =>
        errorsOf(name)("malformed", {
          detail: `The client of ${name} does not answer ${call} in the form that RegistryClient declares.`
        })
      )
  return {
    ...client,
    revisions: only("revisions", is.revisions)(client.revisions),
    resolve: (last) => only("resolve", is.resolved)(client.resolve(last)),
    count: (revision) => only("count", is.count)(client.count(revision)),
    page: (revision, at, size) => only("page", is.page)(client.page(revision, at, size)),
    dataTimestamp: (revision) => only("dataTimestamp", is.timestamp)(client.dataTimestamp(revision))
  }
}
