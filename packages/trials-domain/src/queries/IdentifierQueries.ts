import { SqlClient, SqlSchema } from "@effect/sql"
import { Array as Arr, Context, Effect, Layer, Option, Schema } from "effect"
import { IdentifierKind, issuedNumber, normalized } from "../model/Identifier.js"
import { decoded, type InvalidRequest } from "../model/InvalidRequest.js"
import {
  disagreements,
  type IdentifiedTrials,
  type RelatedTrials,
  type TrialLink
} from "../model/RelatedTrial.js"
import type { StoreError } from "../store/StoreError.js"
import { SummaryRow, summarySelect } from "../store/TrialRow.js"
import { totalOf } from "./Listing.js"
import * as Request from "./Request.js"
import { snapshot } from "./Snapshot.js"
import { TrialNotFound } from "./TrialQueries.js"

const most = 100

const FindRequest = Schema.Struct({
  identifier: Request.text.pipe(
    Schema.filter((text) => normalized(text) !== "", {
      message: () => "must have a letter or a digit"
    })
  )
})

/** By which identifier to find trials, in any spelling. */
export interface FindRequest extends Schema.Schema.Encoded<typeof FindRequest> {}

const FoundRow = Schema.Struct({ ...SummaryRow.fields, kind: IdentifierKind, written: Schema.String })

const LinkedRow = Schema.Struct({
  ...SummaryRow.fields,
  written: Schema.String,
  ofThis: IdentifierKind,
  ofOther: IdentifierKind
})
type LinkedRow = typeof LinkedRow.Type

const isFromRegistry = (kind: IdentifierKind): boolean => kind === "own" || kind === "former"

/**
 * Whether an identifier of two trials of different registries is one and the same: its shape names its issuer. Two
 * registries may both count from 1.
 */
const isShaped = ({ ofOther, ofThis, written }: LinkedRow): boolean =>
  !isFromRegistry(ofThis) || !isFromRegistry(ofOther) || issuedNumber(written) !== null

/** How far an identifier is from being the trial's own. Whoever is further names that of the other. */
const distance = (kind: IdentifierKind): number => (kind === "own" ? 0 : kind === "former" ? 1 : 2)

const linkOf = ({ ofOther, ofThis, written }: LinkedRow): TrialLink => {
  const kinds = [ofThis, ofOther]
  const [here, there] = [distance(ofThis), distance(ofOther)]
  return {
    identifier: written,
    kind: kinds.includes("former")
      ? "former"
      : (kinds.find((kind) => kind !== "own") ?? issuedNumber(written)?.kind ?? "own"),
    assertedBy: here === there ? "both" : here < there ? "other" : "this"
  }
}

/** The read side of identifiers: trials by any identifier, and the same trial in other registries. */
export class IdentifierQueries extends Context.Tag("trials-domain/IdentifierQueries")<
  IdentifierQueries,
  {
    /** The trials that are known by an identifier, in any spelling; none if it is not known here. */
    readonly find: (request: FindRequest) => Effect.Effect<IdentifiedTrials, InvalidRequest | StoreError>
    /** The same trial elsewhere: in another registry, or under a former id of its own. */
    readonly related: (
      request: Request.TrialKey
    ) => Effect.Effect<RelatedTrials, InvalidRequest | TrialNotFound | StoreError>
  }
>() {
  /** The identifiers in the database behind a client. */
  static readonly layer: Layer.Layer<IdentifierQueries, never, SqlClient.SqlClient> = Layer.effect(
    IdentifierQueries,
    Effect.map(SqlClient.SqlClient, (sql) => {
      const summary = sql.literal(summarySelect("t"))

      const from = (
        identifier: string
      ) => sql`trial_ids i JOIN trials t ON t.registry = i.registry AND t.id = i.id
        WHERE i.identifier = ${identifier}`

      const known = SqlSchema.findAll({
        Request: Schema.String,
        Result: FoundRow,
        execute: (identifier) => sql`SELECT ${summary}, i.kind, i.written FROM ${from(identifier)}
          ORDER BY t.missing_since IS NOT NULL,
            CASE i.kind WHEN 'own' THEN 0 WHEN 'former' THEN 1 WHEN 'other' THEN 3 ELSE 2 END, i.registry, i.id
          LIMIT ${most}`
      })

      const one = SqlSchema.findOne({
        Request: Request.TrialKey,
        Result: SummaryRow,
        execute: ({ id, registry }) =>
          sql`SELECT ${summary} FROM trials t WHERE t.registry = ${registry} AND t.id = ${id}`
      })

      // A registry has a trial once, except where it merged two records.
      const linked = SqlSchema.findAll({
        Request: Request.TrialKey,
        Result: LinkedRow,
        execute: ({
          id,
          registry
        }) => sql`SELECT ${summary}, i.kind AS "ofThis", o.kind AS "ofOther", o.written
          FROM trial_ids i JOIN trial_ids o ON o.identifier = i.identifier AND (o.registry <> i.registry OR (
            o.id <> i.id AND (i.kind, o.kind) IN (VALUES ('own', 'former'), ('former', 'own'))))
          JOIN trials t ON t.registry = o.registry AND t.id = o.id
          WHERE i.registry = ${registry} AND i.id = ${id} AND i.kind <> 'other' AND o.kind <> 'other'
          ORDER BY o.registry, o.id, o.identifier LIMIT ${10 * most}`
      })

      return {
        find: Effect.fn("IdentifierQueries.find")(function* (request) {
          const identifier = normalized((yield* decoded(FindRequest, request)).identifier)
          const { rows, total } = yield* snapshot(sql, () =>
            Effect.all({ rows: known(identifier), total: totalOf(sql, from(identifier)) })
          )
          return {
            identifier,
            items: rows.map(({ kind, written, ...trial }) => ({ kind, identifier: written, trial })),
            total
          }
        }),
        related: Effect.fn("IdentifierQueries.related")(function* (request) {
          const key = yield* decoded(Request.TrialKey, request)
          const { rows, trial } = yield* snapshot(sql, () =>
            Effect.all({ rows: linked(key), trial: one(key) })
          )
          if (Option.isNone(trial)) return yield* new TrialNotFound(key)
          const { id, registry } = trial.value
          const others = Arr.groupBy(
            rows.filter((row) => row.registry === registry || isShaped(row)),
            (row) => `${row.registry} ${row.id}`
          )
          return {
            registry,
            id,
            items: Object.values(others)
              .slice(0, most)
              .map((links) => {
                const { ofOther: _, ofThis: __, written: ___, ...other } = links[0]
                return {
                  trial: other,
                  links: links.map(linkOf),
                  disagreements: disagreements(trial.value, other)
                }
              })
          }
        })
      }
    })
  )
}
