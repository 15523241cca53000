/**
 * The write side and the read side of a database on Node. A program needs a registry beside them, and nothing else.
 *
 * @module
 */
import * as NodeContext from "@effect/platform-node/NodeContext"
import type { SqlClient } from "@effect/sql"
import { Layer, Redacted } from "effect"
import type { RegistryAbout } from "trials-domain/Registry"
import { IdentifierQueries } from "trials-domain/IdentifierQueries"
import { RegistryQueries } from "trials-domain/RegistryQueries"
import { RunQueries } from "trials-domain/RunQueries"
import * as Sync from "trials-domain/Sync"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"
import * as Database from "../Database.js"
import type { DatabaseError } from "../DatabaseError.js"

/** The platform services of Node, of the version that goes with this package: files, paths, processes, a terminal. */
export { NodeContext }

/** Where a database is: `sqlite:` and a path, or `postgres://…`. It may hold a password; no message repeats it. */
export interface At {
  /** The address, as text or redacted. */
  readonly url: string | Redacted.Redacted<string>
}

/** Options of the write side: those of `Database.layerWriter`. */
export interface WriteSideOptions extends Omit<Database.WriterOptions, "url">, At {}

/** Options of the read side: those of `Database.layerReader`, and the registries whose newest words are known. */
export interface ReadSideOptions extends Omit<Database.ReaderOptions, "url">, At {
  /** Default: what the database holds of each registry. */
  readonly registries?: Iterable<RegistryAbout>
}

/** What a run has of its database and of Node. It needs the client of a registry beside it. */
export type WriteSide = Layer.Layer.Success<typeof Sync.layer> | SqlClient.SqlClient | NodeContext.NodeContext

/** The questions about a database, and what Node gives. */
export type ReadSide =
  | TrialQueries
  | VersionQueries
  | IdentifierQueries
  | RunQueries
  | RegistryQueries
  | SqlClient.SqlClient
  | NodeContext.NodeContext

const redacted = ({ url }: At) => (Redacted.isRedacted(url) ? url : Redacted.make(url))

/** What `Sync`, `Remap` and `Verify` need, over one database. Fails with `DatabaseError` if it cannot be opened. */
export const writeSide = (options: WriteSideOptions): Layer.Layer<WriteSide, DatabaseError> =>
  Sync.layer.pipe(
    Layer.provideMerge(Database.layerWriter({ ...options, url: redacted(options) })),
    Layer.merge(NodeContext.layer)
  )

/** The questions about one database, which they cannot change. Fails with `DatabaseError` if it cannot be opened. */
export const readSide = ({
  registries = [],
  ...options
}: ReadSideOptions): Layer.Layer<ReadSide, DatabaseError> =>
  Layer.mergeAll(
    TrialQueries.layer,
    VersionQueries.layer,
    IdentifierQueries.layer,
    RunQueries.layer,
    RegistryQueries.layer([...registries])
  ).pipe(
    Layer.provideMerge(Database.layerReader({ ...options, url: redacted(options) })),
    Layer.merge(NodeContext.layer)
  )
