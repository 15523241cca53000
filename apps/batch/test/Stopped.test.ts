import { RunSummary } from "trials-domain/RunSummary"
import { describe, expect, it } from "vitest"
import { document, documents, ErrorDocument, inFolder } from "./Batch.js"
import { body, rows } from "./Rows.js"

const sync = (file: string) => ["sync", "--registry", "kdca", "--from", file, "--json"]

const pausedAt = (failpoint: string) => ({ TRIALS_FAILPOINT: `${failpoint}:1:pause` })

describe("runs that are stopped", { timeout: 90_000 }, () => {
  it.concurrent(
    "a second run leaves at once with exit code 5, and takes over when the first is killed",
    inFolder(async (batch) => {
      const file = batch.file("body.json", body(rows(5)))
      const first = batch.start(sync(file), pausedAt("verify.checks"))
      await first.says("failpoint")
      const start = await batch.run(["--version"])
      const second = await batch.run(sync(file))
      expect(second.code).toBe(5)
      expect(document(ErrorDocument, second).error.code).toBe("lease-held")
      // It has 2 s, beside what starting any program takes on this machine now.
      expect(second.millis - start.millis).toBeLessThan(4000)
      first.child.kill("SIGKILL")
      await first.ended
      const third = await batch.run(sync(file))
      expect(third.code).toBe(0)
      const runs = documents(RunSummary, await batch.run(["runs", "list", "--json"]))
      expect(runs.map(({ reason, verdict }) => [verdict, reason?.code])).toEqual([
        ["complete", undefined],
        ["failed", "killed"]
      ])
    })
  )

  it.concurrent.each([
    ["SIGTERM", 143],
    ["SIGINT", 130]
  ] as const)("%s rolls back, tells the ledger and leaves with %i", async (signal, code) => {
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
})
