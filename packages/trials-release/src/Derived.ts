import type { SqlClient, SqlError } from "@effect/sql"
import { Effect, Stream } from "effect"
import { createHash } from "node:crypto"
import * as State from "trials-domain/State"
import type { Manifest } from "./Manifest.js"

/** The trials as the database has them, to compare with what a restored one makes of its versions. */
export const derived: Effect.Effect<Manifest["derived"], SqlError.SqlError, SqlClient.SqlClient> = Effect.gen(
  function* () {
    const hash = createHash("sha256")
    let rows = 0
    yield* Stream.runForEach(State.derived, (lines) =>
      Effect.sync(() => {
        rows += lines.length
        hash.update(lines.join(""))
      })
    )
    return { rows, sha256: hash.digest("hex") }
  }
)
