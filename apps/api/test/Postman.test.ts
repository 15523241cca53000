import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { createRequire } from "node:module"
import { join } from "node:path"
import type converter from "openapi-to-postmanv2"
import { vi } from "vitest"
import { apiOver, ask, temporaryFolder } from "./Harness.js"

const package_: typeof converter = createRequire(import.meta.url)("openapi-to-postmanv2")

it.scopedLive("a Postman collection that could not be made is made on the next request", () =>
  Effect.gen(function* () {
    const converting = vi.spyOn(package_, "convertV2")
    yield* Effect.addFinalizer(() => Effect.sync(() => converting.mockRestore()))
    converting.mockImplementationOnce((_input, _options, done) => done(new Error("no memory")))
    yield* Effect.gen(function* () {
      expect((yield* ask("/postman.json")).status).toBe(500)
      const { body, status } = yield* ask("/postman.json")
      expect([status, body.info.name]).toEqual([200, "trials"])
      yield* ask("/postman.json")
      expect(converting).toHaveBeenCalledTimes(2)
    }).pipe(Effect.provide(apiOver(join(yield* temporaryFolder, "none.db"))))
  })
)
