import type { SqlClient } from "@effect/sql"
import { Effect, Either, Stream } from "effect"
import { says } from "../model/Json.js"
import type { Piece } from "../registries/RegistryClient.js"
import type { StoreError } from "../store/StoreError.js"
import { storedRecords } from "./StoredTrials.js"

// So many records do not lose a piece at once; of fewer, all may.
const enough = 5

/** Of some pieces, those that five stored records of a registry have, or every one. Stops at the first that it finds. */
export const storedPieces: (
  registry: string,
  pieces: ReadonlyArray<Piece>
) => Effect.Effect<ReadonlyArray<Piece>, StoreError, SqlClient.SqlClient> = Effect.fn(
  "StoredPieces.storedPieces"
)(function* (registry, pieces) {
  const counts = new Map(pieces.map((piece) => [piece, 0]))
  let records = 0
  const found = () => pieces.filter((piece) => (counts.get(piece) ?? 0) >= Math.min(enough, records))
  yield* storedRecords(registry, "list").pipe(
    Stream.map((page) => {
      for (const { record } of page) {
        if (Either.isLeft(record)) continue
        records += 1
        for (const piece of pieces) {
          if (says(record.right, piece.path)) counts.set(piece, (counts.get(piece) ?? 0) + 1)
        }
      }
      return records >= enough && found().length > 0
    }),
    Stream.takeUntil((isFound) => isFound),
    Stream.runDrain
  )
  return records === 0 ? [] : found()
})
