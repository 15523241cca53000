import { setTimeout as delay } from "node:timers/promises"
import { Effect } from "effect"
import { RunSummary } from "trials-domain/Run"
import { describe, expect, it } from "vitest"
import { document, documents, ErrorDocument, inFolder } from "./Batch.js"
import { body, rows } from "./Rows.js"
import * as Scenario from "./Scenario.js"
import { empty, ledgerOf } from "./Stores.js"

const sync = (file: string) => ["sync", "--registry", "kdca", "--from", file, "--json"]

const pausedAt = (failpoint: string) => ({ TRIALS_FAILPOINT: `${failpoint}:1:pause` })

describe("stopped runs", { timeout: 90_000 }, () => {
  it.concurrent.each([
    ["SIGTERM", 143],
    ["SIGINT", 130]
  ] as const)("%s rolls back, writes the ledger and exits with %i", async (signal, code) => {
    await inFolder(async (batch) => {
      const file = batch.file("body.json", body(rows(5)))
      const going = batch.start(sync(file), pausedAt("load.page"))
      await going.says("failpoint")
      const asked = Date.now()
      going.child.kill(signal)
      going.wake()
      const ended = await going.ended
      expect(Date.now() - asked).toBeLessThan(10_000)
      expect(ended.code).toBe(code)
      expect(document(ErrorDocument, ended).error.code).toBe("interrupted")
      expect((await batch.run(["search", "--json"])).stdout).toBe("")
      const [run] = documents(RunSummary, await batch.run(["runs", "list", "--json"]))
      expect(run).toMatchObject({ verdict: "failed", reason: { code: "interrupted" } })
    })()
  })

  it.concurrent("SIGTERM is heard while the registry does not answer", () =>
    Effect.runPromise(
      Effect.scoped(
        Effect.gen(function* () {
          const store = yield* empty.SQLite
          const upstream = yield* Scenario.upstreamOf([Scenario.edition(1, rows(5))])
          const batch = yield* Scenario.batch(Scenario.settings(upstream, store))
          const ended = yield* Effect.promise(async () => {
            const asked = new Promise<void>((resolve) => {
              upstream.script = ({ spec }) => {
                if (!spec) resolve()
                return spec ? undefined : { delay: 60_000 }
              }
            })
            const going = batch.start([...Scenario.sync, "--init"])
            await asked
            const told = Date.now()
            going.child.kill("SIGTERM")
            const { code } = await going.ended
            expect(Date.now() - told).toBeLessThan(10_000)
            return code
          })
          expect(ended).toBe(143)
          expect(yield* ledgerOf(store)).toEqual(["interrupted"])
        })
      )
    )
  )

  // One body of many rows: parsed, mapped, staged and loaded, each of which must let a signal in.
  const [size, moments] = Scenario.long ? [100_000, [1000, 2000, 4000, 7000]] : [30_000, [750, 1500, 2500]]
  it(
    "SIGTERM stops a long run at any moment",
    inFolder(async (batch) => {
      const file = batch.file("body.json", body(rows(size)))
      for (const moment of moments) {
        const going = batch.start(sync(file))
        const early = await Promise.race([going.ended, delay(moment)])
        if (early !== undefined) break
        const asked = Date.now()
        going.child.kill("SIGTERM")
        const { code, signal } = await going.ended
        expect(Date.now() - asked).toBeLessThan(10_000)
        // On a slow machine the first signal comes before the program has begun.
        expect([143, "SIGTERM"]).toContain(code ?? signal)
      }
    })
  )
})
