import { SqlClient } from "@effect/sql"
import { expect, it } from "@effect/vitest"
import { Deferred, Effect, Fiber, Redacted } from "effect"
import { readdirSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { temporaryFolder } from "trials-testkit/Engines"
import * as Database from "../src/Database.js"

const entered = (name: string) =>
  Effect.flatMap(
    SqlClient.SqlClient,
    (sql) => sql`INSERT INTO registries (name, title, attribution) VALUES (${name}, ${name}, ${name})`
  )

const names = Effect.flatMap(SqlClient.SqlClient, (sql) => sql<{ name: string }>`SELECT name FROM registries`)

const place = Effect.map(temporaryFolder, (folder) => ({
  folder,
  url: Redacted.make(`sqlite:${join(folder, "trials.db")}`)
}))

it.scopedLive("of two that fill one file, the first names it whole, and the second is refused", () =>
  Effect.gen(function* () {
    const { folder, url } = yield* place
    const [begun, go] = [yield* Deferred.make<void>(), yield* Deferred.make<void>()]
    const slow = yield* Effect.fork(
      Effect.flip(
        Database.filled({ url }, () =>
          entered("slow").pipe(
            Effect.zipRight(Deferred.succeed(begun, undefined)),
            Effect.zipRight(Deferred.await(go))
          )
        )
      )
    )
    yield* Deferred.await(begun)
    yield* Database.filled({ url }, (isNew) => Effect.as(entered("quick"), expect(isNew).toBe(true)))
    yield* Deferred.succeed(go, undefined)
    expect(yield* Fiber.join(slow)).toMatchObject({ _tag: "DatabaseError", reason: "foreign" })
    expect(yield* Effect.provide(names, Database.layerReader({ url }))).toEqual([{ name: "quick" }])
    expect(readdirSync(folder).filter((name) => name.includes("filling"))).toEqual([])
  })
)

it.scopedLive("what fails, or was killed a day ago, leaves no file; what others fill now stays", () =>
  Effect.gen(function* () {
    const { folder, url } = yield* place
    const [old, young] = ["trials.db.0123abcd.filling", "trials.db.4567abcd.filling"]
    for (const name of [old, young]) writeFileSync(join(folder, name), "")
    utimesSync(join(folder, old), 0, 0)
    const failing = Database.filled({ url }, () =>
      Effect.zipRight(entered("none"), Effect.fail("stopped" as const))
    )
    expect(yield* Effect.flip(failing)).toBe("stopped")
    expect(readdirSync(folder)).toEqual([young])
  })
)
