// A process of its own: our ClinicalTrials.gov. It says where it is, moves to a day, and says what a night finds then.
import { Effect } from "effect"
import * as CtgovUpstream from "trials-domain/testing/CtgovUpstream"

const size = Number(process.argv[2])

const serving = Effect.gen(function* () {
  const upstream = yield* CtgovUpstream.make({ seed: 7, size })
  process.on("message", ({ from, to }) => {
    upstream.day(to)
    const { created, edited, missing, unserved } = upstream.expected(from, to)
    const isServed = (id) => !unserved.includes(id)
    process.send({
      listed: upstream.count(to),
      created: created.filter(isServed).length,
      // Of those that the list does not show, a night finds the ones that it audits.
      shown: edited.filter(({ id, listed }) => listed && isServed(id)).length,
      missing: missing.length
    })
  })
  process.send({ url: upstream.baseUrl })
  return yield* Effect.never
})

process.on("disconnect", () => process.exit(0))
void Effect.runPromise(Effect.scoped(serving))
