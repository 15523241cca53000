import { setTimeout as delay } from "node:timers/promises"
import { RunSummary } from "trials-domain/Run"
import { describe, expect, it } from "vitest"
import { document, documents, ErrorDocument, inFolder } from "./Batch.js"
import { body, rows } from "./Rows.js"

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

  // One body of a hundred thousand rows. Parsing, mapping, staging and loading it must each let a signal in.
  it(
    "SIGTERM stops a long run at any moment",
    inFolder(async (batch) => {
      const file = batch.file("body.json", body(rows(100_000)))
      for (const moment of [1000, 2000, 4000, 7000]) {
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
