import { Arbitrary, FastCheck as fc } from "effect"
import { expect, it } from "vitest"
import { combine, Finding, summarize } from "../src/model/Finding.js"

const findings = fc.array(Arbitrary.make(Finding), { maxLength: 20 })

it("findings of many trials are the same in one piece or summarised page by page", () => {
  fc.assert(
    fc.property(fc.array(findings, { maxLength: 8 }), (pages) => {
      const named = pages.map((page, n) => page.map((finding, at) => ({ ...finding, id: `${n}-${at}` })))
      const together = summarize(named.flat())
      const byPage = named.map(summarize).reduce(combine, [])
      const sorted = (all: typeof together) => all.map((each) => JSON.stringify(each)).sort()
      expect(sorted(byPage)).toEqual(sorted(together))
    })
  )
})
