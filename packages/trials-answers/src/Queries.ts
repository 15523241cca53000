import type { SqlClient } from "@effect/sql"
import { Layer } from "effect"
import { IdentifierQueries } from "trials-domain/IdentifierQueries"
import type { RegistryAbout } from "trials-domain/Registry"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { RunQueries } from "trials-domain/RunQueries"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"

/** What the calls of the contract are answered from. */
export type Queries = TrialQueries | VersionQueries | IdentifierQueries | RunQueries | RegistryQueries

/** The queries over the database behind a client. `known`: the registries of this program, as `RegistryQueries.layer` takes them. */
export const layer = (
  known: ReadonlyArray<RegistryAbout> = []
): Layer.Layer<Queries, never, SqlClient.SqlClient> =>
  Layer.mergeAll(
    TrialQueries.layer,
    VersionQueries.layer,
    IdentifierQueries.layer,
    RunQueries.layer,
    RegistryQueries.layer(known)
  )
