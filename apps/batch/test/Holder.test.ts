import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { LeaseHolder } from "trials-domain/Lease"
import * as Holder from "../src/process/Holder.js"

it.effect("a process knows whether a holder of leases is alive, but only on its own running machine", () =>
  Effect.gen(function* () {
    const { name, state } = yield* LeaseHolder
    const [machine = "", pid = "", start = ""] = name.split(":")
    const [host, boot, ...namespace] = machine.split("/")
    expect([host, boot, namespace.length, Number(pid)]).toEqual([
      expect.stringMatching(/./),
      expect.stringMatching(/^[0-9a-f-]{36}$/),
      1,
      process.pid
    ])
    const other = [host, "11111111-2222-3333-4444-555555555555", ...namespace].join("/")
    const [ticks, random] = start.split("-")
    const holders = {
      [name]: "alive",
      [`${machine}:${pid}:${Number(ticks) + 1}-${random}`]: "dead",
      [`${machine}:4194305:${start}`]: "dead",
      [`${other}:4194305:${start}`]: "unknown",
      nonsense: "unknown"
    }
    for (const [holder, expected] of Object.entries(holders))
      expect(yield* state(holder), holder).toBe(expected)
  }).pipe(Effect.provide(Holder.layer))
)
