import Sqlite from "better-sqlite3"
import { Effect, type Scope } from "effect"
import { type Moment, momentColumns } from "trials-domain/Snapshot"
import type { DatabaseError } from "../DatabaseError.js"
import { attempt } from "./SqliteFile.js"

/** Reads the moment of a file, on a connection of its own that holds nothing between two reads. */
export const probe = (file: string): Effect.Effect<() => Moment, DatabaseError, Scope.Scope> =>
  Effect.gen(function* () {
    const database = yield* Effect.acquireRelease(
      attempt(() => new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 50 })),
      (opened) => Effect.sync(() => opened.close())
    )
    const statement = yield* attempt(() => database.prepare<[], Moment>(`SELECT ${momentColumns}`))
    // A statement without FROM gives one row.
    return () => statement.get() ?? { publication: 0, runs: null }
  })
