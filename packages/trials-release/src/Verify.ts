import { Effect, Stream } from "effect"
import { report } from "trials-domain/Progress"
import * as State from "trials-domain/State"
import { blocksUpTo } from "./Parts.js"
import type { Release } from "./Release.js"
import { ReleaseError } from "./ReleaseError.js"
import { Summing } from "./StateSummary.js"

const plain = (value: unknown): string => JSON.stringify(value)

/**
 * Reads every part of a release, also those in its base, and compares them with the manifest: their bytes, that the feed
 * has no gap, and all that the manifest tells of the state. Fails with what is wrong first.
 */
export const run: (release: Release) => Effect.Effect<void, ReleaseError> = Effect.fn("Release.verify")(
  function* (release: Release) {
    const { blockSize, counts, last, month, registries } = release.manifest
    const damaged = (what: string) =>
      new ReleaseError({ reason: "damaged", message: `${release.where} is damaged: its manifest ${what}.` })
    const total = last?.seq ?? 0
    const firsts = blocksUpTo(total, blockSize)
    const summing = new Summing()
    for (const part of State.wholeParts) yield* Stream.runDrain(summing.through(part, release.part(part)))
    for (const first of firsts) {
      yield* Stream.runDrain(summing.through("versions", release.block(first)))
      yield* report({ step: "verify", done: Math.min(first + blockSize - 1, total), total })
    }
    const told = { counts, last, month, registries }
    const found = summing.summary
    const wrong =
      found === null
        ? ["runs"]
        : (["counts", "last", "month", "registries"] as const).filter(
            (name) => plain(found[name]) !== plain(told[name])
          )
    if (wrong.length > 0) return yield* damaged(`does not tell the ${wrong.join(" and ")} of its parts`)
  }
)
