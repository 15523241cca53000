import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { RegistryState } from "../model/RegistryState.js"
import type { RegistryAbout } from "../registries/Registry.js"
import type { StoreError } from "./StoreError.js"

/** A registry as its row holds it. */
const RegistryRow = RegistryState.pick("name", "title", "homepage", "attribution", "licence", "publishes")

/** Every registry of which the database has a run, by name. */
export const held: Effect.Effect<ReadonlyArray<RegistryAbout>, StoreError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: RegistryRow,
      execute: () =>
        sql`SELECT name, title, homepage, attribution, licence, publishes FROM registries ORDER BY name`
    })
    return yield* find()
  }
)

const insert = (
  { attribution, homepage, licence, name, publishes, title }: RegistryAbout,
  conflict: string
) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const row = { name, title, homepage, attribution, licence, publishes }
    yield* sql`INSERT INTO registries ${sql.insert(row)} ON CONFLICT (name) ${sql.literal(conflict)}`
  })

type Entering = (about: RegistryAbout) => Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient>

/** Makes a registry known that has no run yet. What was told of a known one stays: a run may still prove nothing. */
export const enter: Entering = (about) => insert(about, "DO NOTHING")

/** Stores what is told of a registry now. Part of a load, like all that readers see of a run. */
export const describe: Entering = (about) =>
  insert(
    about,
    `DO UPDATE SET title = excluded.title, homepage = excluded.homepage, attribution = excluded.attribution,
      licence = excluded.licence, publishes = excluded.publishes`
  )
