import type { SqlClient } from "@effect/sql"
import { Effect, Stream } from "effect"
import { createHash } from "node:crypto"
import * as Rebuild from "trials-domain/Rebuild"
import * as State from "trials-domain/State"
import type { StoreError } from "trials-domain/StoreError"
import type { Manifest } from "./Manifest.js"

type Derived = Manifest["derived"]

const hashed = <E, R>(pages: Stream.Stream<ReadonlyArray<string>, E, R>): Effect.Effect<Derived, E, R> =>
  Effect.gen(function* () {
    const hash = createHash("sha256")
    let rows = 0
    yield* Stream.runForEach(pages, (lines) =>
      Effect.sync(() => {
        rows += lines.length
        hash.update(lines.join(""))
      })
    )
    return { rows, sha256: hash.digest("hex") }
  })

/** The trials as the database has them. */
export const derived: Effect.Effect<Derived, StoreError, SqlClient.SqlClient> = hashed(State.derived)

/** The trials as the versions of the database tell them: what a restored one makes. */
export const told: Effect.Effect<Derived, StoreError, SqlClient.SqlClient> = hashed(Rebuild.lines)

/** Whether two are the same trials. */
export const isSame = (one: Derived, other: Derived): boolean =>
  one.rows === other.rows && one.sha256 === other.sha256
