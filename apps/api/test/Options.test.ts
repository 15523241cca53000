import { expect, it } from "@effect/vitest"
import { Effect, Layer, LogLevel } from "effect"
import { builtin } from "trials-domain/registries"
import { type ApiOptions, makeApi } from "../src/index.js"
import { takenPort } from "./Program.js"

const options: ApiOptions = {
  registries: builtin,
  database: "sqlite:./none.db",
  port: 0,
  logLevel: LogLevel.None
}

const refusal = (more: Partial<ApiOptions>) =>
  Effect.map(
    Effect.flip(Effect.scoped(Layer.build(makeApi({ ...options, ...more })))),
    ({ message }) => message
  )

it.live("a wrong option is an error that names it as the program did", () =>
  Effect.scoped(
    Effect.gen(function* () {
      const port = yield* takenPort
      expect(yield* refusal({ port })).toContain("or set `port` to another")
      for (const wrong of [-1, 70_000, 3.5]) {
        expect(yield* refusal({ port: wrong })).toBe("`port` must be a port from 0 to 65535.")
      }
      expect(yield* refusal({ host: "" })).toContain("`host` must be an address of this machine")
      expect(yield* refusal({ database: "none" })).toContain("`database`")
      expect(() => makeApi({ ...options, publicUrl: "example.org" })).toThrow(
        "`publicUrl` must be an absolute"
      )
      expect(() => makeApi({ ...options, registries: [...builtin, ...builtin] })).toThrow("Two registries")
    })
  )
)

it.live("many APIs in one process leave nothing behind", () =>
  Effect.gen(function* () {
    const before = process.stderr.listenerCount("error")
    for (let n = 0; n < 12; n += 1) yield* Effect.scoped(Layer.build(makeApi(options)))
    expect(process.stderr.listenerCount("error")).toBeLessThanOrEqual(before + 1)
  })
)
