import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { atHome } from "./Home.js"

const Grant = Schema.Struct({
  relation: Schema.String,
  column: Schema.NullOr(Schema.String),
  /** The role, quoted. */
  grantee: Schema.String,
  statement: Schema.String
})

const Column = Schema.Struct({ relation: Schema.String, column: Schema.String })

/** The rights that others than the owner have on relations of the home, and on single columns of them. */
const grantsOn = (relations: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Array(Schema.String),
      Result: Grant,
      execute: (names) => sql`SELECT g.relation, g.column, g.grantee,
          format('GRANT %s%s ON %I TO %s', g.privilege, coalesce(' (' || quote_ident(g.column) || ')', ''), g.relation, g.grantee)
            || CASE WHEN g.grantable THEN ' WITH GRANT OPTION' ELSE '' END AS statement
        FROM (SELECT c.relname AS relation, a.name AS column, x.privilege_type AS privilege,
            x.is_grantable AS grantable,
            CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END AS grantee
          FROM pg_class c
          CROSS JOIN LATERAL (SELECT CAST(NULL AS name) AS name, c.relacl AS acl UNION ALL
            SELECT p.attname, p.attacl FROM pg_attribute p WHERE p.attrelid = c.oid AND NOT p.attisdropped) a
          CROSS JOIN LATERAL aclexplode(a.acl) x
          WHERE ${sql.literal(atHome)} AND c.relname IN ${sql.in(names)} AND x.grantee <> c.relowner) g`
    })
    return yield* find(relations)
  }).pipe(Effect.catchTag("ParseError", Effect.die))

const columnsOf = (relations: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Array(Schema.String),
      Result: Column,
      execute: (names) => sql`SELECT c.relname AS relation, p.attname AS column
        FROM pg_class c JOIN pg_attribute p ON p.attrelid = c.oid AND p.attnum > 0 AND NOT p.attisdropped
        WHERE ${sql.literal(atHome)} AND c.relname IN ${sql.in(names)}`
    })
    return yield* find(relations)
  }).pipe(Effect.catchTag("ParseError", Effect.die))

/**
 * Drops relations and makes them anew on PostgreSQL; others have the rights that they had on them, whatever the owner's
 * default privileges give. Must run within `making`.
 */
export const keepingGrants = <A, E, R>(
  relations: ReadonlyArray<string>,
  remake: Effect.Effect<A, E, R>
): Effect.Effect<A, E | SqlError.SqlError, R | SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const before = new Set((yield* columnsOf(relations)).map(({ relation }) => relation))
    const had = yield* grantsOn(relations)
    const made = yield* remake
    if (before.size === 0) return made
    for (const { column, grantee, relation } of yield* grantsOn([...before])) {
      if (column === null) yield* sql.unsafe(`REVOKE ALL ON "${relation}" FROM ${grantee}`)
    }
    const present = new Set(
      (yield* columnsOf(relations)).map(({ column, relation }) => `${relation} ${column}`)
    )
    for (const { column, relation, statement } of had) {
      if (column === null || present.has(`${relation} ${column}`)) yield* sql.unsafe(statement)
    }
    return made
  })
