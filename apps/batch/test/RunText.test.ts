import * as Instant from "trials-domain/Instant"
import { begun } from "trials-domain/RunLedger"
import { expect, it } from "vitest"
import { report } from "../src/output/RunText.js"

it("a failed run is to be tried again only where that may help", () => {
  const next = (code: string) => {
    const start = { runId: "r", registry: "ctgov", startedAt: Instant.fromMillis(0), mappingVersion: 1 }
    const reason = { code, message: "Look for a newer version of this program.", examples: [] }
    return /^next .*$/m.exec(report({ ...begun(start), verdict: "failed", reason }))?.[0]
  }
  expect(next("server")).toContain(
    "Run again later; the data are as they were. Look at `trials runs show r`."
  )
  expect(next("request")).toMatch(/^next {6}Look at `trials runs show r`; the data are as they were\.$/)
})
