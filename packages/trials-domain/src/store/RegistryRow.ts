import { SqlClient, type SqlError, SqlSchema } from "@effect/sql"
import { Effect, Schema } from "effect"
import { RegistryState } from "../model/RegistryState.js"
import type { RegistryAbout } from "../registries/Registry.js"
import type { StoreError } from "./StoreError.js"

/** A registry as its row holds it. */
const RegistryRow = RegistryState.pick("name", "title", "homepage", "attribution", "licence")

/** Every registry of which the database has a run, by name. */
export const held: Effect.Effect<ReadonlyArray<RegistryAbout>, StoreError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const sql = yield* SqlClient.SqlClient
    const find = SqlSchema.findAll({
      Request: Schema.Void,
      Result: RegistryRow,
      execute: () => sql`SELECT name, title, homepage, attribution, licence FROM registries ORDER BY name`
    })
    return yield* find()
  }
)

/** Stores what is told of a registry, if it is not what is stored. */
export const enter = ({
  attribution,
  homepage,
  licence,
  name,
  title
}: RegistryAbout): Effect.Effect<void, SqlError.SqlError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const row = { name, title, homepage, attribution, licence }
    yield* sql`INSERT INTO registries ${sql.insert(row)} ON CONFLICT (name) DO UPDATE SET
        title = excluded.title, homepage = excluded.homepage, attribution = excluded.attribution,
        licence = excluded.licence
      WHERE registries.title <> excluded.title OR registries.attribution <> excluded.attribution
        OR coalesce(registries.homepage, '') <> coalesce(excluded.homepage, '')
        OR coalesce(registries.licence, '') <> coalesce(excluded.licence, '')`
  })
