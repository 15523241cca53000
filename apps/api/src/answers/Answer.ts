import { Effect, Predicate, Runtime } from "effect"
import type { IncomingMessage, ServerResponse } from "node:http"
import { type Moment, ReadFrom, StaysUntil } from "trials-domain/Snapshot"
import type { StoreError } from "trials-domain/StoreError"
import { Admission } from "../admission/Admission.js"
import { addressOf, instanceOf } from "../http/Guards.js"
import { type AnswerError, refuse, type Refused } from "../http/Refusal.js"
import { visitOf } from "../http/Visit.js"
import { LazyDatabase, type Queries } from "../LazyDatabase.js"
import { type AnswerCache, isSame } from "./AnswerCache.js"
import { kindOf, type Prepared, prepare } from "./Prepared.js"
import { isNamed, ofMoment } from "./Tag.js"

/** The runtime that all requests share. */
export type ApiRuntime = Runtime.Runtime<LazyDatabase | Admission>

type Answered<A, E extends AnswerError> = { readonly status: 200; readonly body: A } | Refused<E>

/** A request, and what it asks for once the contract has decoded it. */
export interface Exchange {
  readonly req: IncomingMessage & { readonly originalUrl: string; readonly route: { readonly path: string } }
  readonly res: ServerResponse
  readonly params?: object
  readonly query?: object
  /** Headers of its answer whatever was read, of a 304 too. */
  readonly always?: Readonly<Record<string, string>>
}

/**
 * Runs the answer to a request and says its outcome, with the headers that it has once it is read. The body is null where it need
 * not be made: what was prepared is then sent in its place (`Prepared`).
 */
export type Answering<Unmade = null> = <A, E extends AnswerError = never>(
  exchange: Exchange,
  answer: Effect.Effect<A, E | StoreError, Queries>,
  headers?: () => Readonly<Record<string, string>>
) => Promise<Answered<A | Unmade, NoInfer<E>>>

/** The response to a request: 200 with the answer, or a problem for each way to fail. */
const outcome = <A, E extends AnswerError, R>(instance: string, answer: Effect.Effect<A, E, R>) =>
  Effect.match(answer, {
    onSuccess: (body) => ({ status: 200 as const, body }),
    // Its 410 comes from the feed's own error, so no other answer has it.
    onFailure: (error: AnswerError) => refuse(error, instance) as Refused<E>
  })

const sorted = (fields: object) =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))

/** What was asked, whatever the order of its parameters, and whether they were given or are the usual ones. */
const questionOf = ({ params = {}, query = {}, req }: Exchange): string =>
  JSON.stringify([req.route.path, kindOf(req), sorted(params), sorted(query)])

/** The paths of a single trial, whose answers stay as they are when another one changes: their tag is that of their bytes. */
const ofTrial = /^\/v1\/trials\/:registry\/:id(?:\/history(?:\.csv)?|\/diff)?$/

/**
 * The next page of a list: below the address that people use, or as a reference to the same path, which also leads there behind
 * a proxy with a prefix. It is made of what was asked, and not of how: an answer is kept for all who ask the same.
 */
const linkOf = (
  { params = {}, query = {}, req }: Exchange,
  body: unknown
): Readonly<Record<string, string>> => {
  if (!Predicate.hasProperty(body, "nextCursor") || typeof body.nextCursor !== "string") return {}
  const texts = (fields: object) =>
    Object.fromEntries(sorted(fields).map(([name, value]) => [name, String(value)]))
  const { publicUrl } = visitOf(req)
  const named = texts(params)
  const place = req.route.path.replaceAll(/:(\w+)/g, (_, name: string) =>
    encodeURIComponent(named[name] ?? "")
  )
  const next = new URLSearchParams({ ...texts(query), cursor: body.nextCursor })
  return { Link: `<${publicUrl === "" ? "" : publicUrl + place}?${next}>; rel="next"` }
}

const ofPublication = ({ publication }: Pick<Moment, "publication">) => ({
  "X-Publication": String(publication)
})

/** What keeps the answers, and what tells them apart. */
export interface Keeping {
  /** Null: nothing is kept. */
  readonly cache: AnswerCache | null
  /** Reads the moment of the database (`LazyDatabase`). */
  readonly moment: () => Moment | null | Promise<Moment | null>
  /** What this program would answer otherwise than another one. */
  readonly program: string
}

/** Runs answers on the shared runtime, each in its turn, and sets the headers of their outcome. */
export const answering =
  (runtime: ApiRuntime, { cache, moment, program }: Keeping): Answering =>
  async <A, E extends AnswerError>(
    exchange: Exchange,
    answer: Effect.Effect<A, E | StoreError, Queries>,
    headers = () => ({})
  ): Promise<Answered<A | null, NoInfer<E>>> => {
    const { always = {}, req, res } = exchange
    const { client, moment: present } = visitOf(req)
    const question = questionOf(exchange)
    const tagged = !ofTrial.test(req.route.path)
    const prepared = (what: Prepared) => {
      prepare(res, what)
      return { status: 200, body: null } as const
    }

    if (present !== null) {
      const kept = cache?.find(present, question)
      if (kept !== undefined) {
        cache?.note(question, `${kindOf(req)} ${addressOf(req)}`)
        return prepared({ kind: "kept", representation: kept })
      }
      const tag = ofMoment(program, question, present, null)
      if (tagged && isNamed(req.headers["if-none-match"], tag)) {
        return prepared({
          kind: "unchanged",
          about: { tag, headers: { ...ofPublication(present), ...always } }
        })
      }
    }

    const read: { publication: number | null; until: number | null } = { publication: null, until: null }
    const asked = Effect.flatMap(LazyDatabase, (database) =>
      database.read(
        answer.pipe(
          Effect.provideService(ReadFrom, (publication) =>
            Effect.sync(() => void (read.publication = publication))
          ),
          Effect.provideService(StaysUntil, (millis) =>
            Effect.sync(() => void (read.until = Math.min(read.until ?? millis, millis)))
          )
        )
      )
    )
    const admitted = Effect.flatMap(Admission, ({ inTurn }) => inTurn({ client, response: res }, asked))
    const found = await Runtime.runPromise(runtime)(outcome(instanceOf(req), admitted))
    if (found.status !== 200) {
      prepare(res, { kind: "refused", problem: found.body })
      return found
    }
    // What was read between two equal moments was read at that moment.
    const still = present !== null && present.publication === read.publication ? await moment() : null
    const from = still !== null && present !== null && isSame(still, present) ? present : null
    prepare(res, {
      kind: "read",
      tag: tagged && from !== null ? ofMoment(program, question, from, read.until) : null,
      headers: {
        ...(read.publication === null ? {} : ofPublication({ publication: read.publication })),
        ...linkOf(exchange, found.body),
        ...always,
        ...headers()
      },
      keep: (representation) => {
        if (from === null || cache === null) return
        cache.keep(from, question, representation, read.until)
        cache.note(question, `${kindOf(req)} ${addressOf(req)}`)
      }
    })
    return found
  }

/** Runs an answer ahead of all others. Requests that come meanwhile get the same one. */
export const checking = <A, E extends AnswerError = never>(
  runtime: ApiRuntime,
  instance: string,
  answer: Effect.Effect<A, E | StoreError, Queries>
): (() => Promise<Answered<A, NoInfer<E>>>) => {
  const read = Effect.flatMap(LazyDatabase, (database) => database.read(answer))
  const admitted = Effect.flatMap(Admission, ({ ahead }) => ahead(read))
  let present: Promise<Answered<A, NoInfer<E>>> | undefined
  return () =>
    (present ??= Runtime.runPromise(runtime)(outcome(instance, admitted)).finally(
      () => (present = undefined)
    ))
}
