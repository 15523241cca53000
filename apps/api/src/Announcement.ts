import { Console, Effect, Layer } from "effect"
import { ApiServer } from "./ApiServer.js"
import { LazyDatabase } from "./LazyDatabase.js"

/** Says where the API is, and looks at the database, so that the log reports a missing one immediately. */
export const announce: Layer.Layer<never, never, ApiServer | LazyDatabase> = Layer.effectDiscard(
  Effect.gen(function* () {
    const { url } = yield* ApiServer
    const { read } = yield* LazyDatabase
    yield* Console.log(`The API is at ${url}, its documentation at ${url}/docs`)
    // The log has the reason. The API opens the database as soon as there is one.
    yield* Effect.ignore(read(Effect.void))
  })
)
