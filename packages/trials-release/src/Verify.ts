import { Effect, Stream } from "effect"
import { report } from "trials-domain/Progress"
import * as State from "trials-domain/State"
import { blocksUpTo } from "./Parts.js"
import type { Release } from "./Release.js"
import { ReleaseError } from "./ReleaseError.js"
import { Summing } from "./StateSummary.js"

const plain = (value: unknown): string => JSON.stringify(value)

/** Fails unless a manifest tells of the state what its parts do. */
export const agrees = (
  { manifest, where }: Release,
  { summary }: Summing
): Effect.Effect<void, ReleaseError> => {
  const wrong =
    summary === null
      ? ["runs"]
      : (["counts", "last", "month", "registries"] as const).filter(
          (name) => plain(summary[name]) !== plain(manifest[name])
        )
  if (wrong.length === 0) return Effect.void
  return new ReleaseError({
    reason: "damaged",
    message: `${where} is damaged: its manifest does not tell the ${wrong.join(" and ")} of its parts.`
  })
}

/**
 * Reads every part of a release, also those in its base, and compares them with the manifest: their bytes, that the feed
 * has no gap, and all that the manifest tells of the state. Fails with what is wrong first.
 */
export const run: (release: Release) => Effect.Effect<void, ReleaseError> = Effect.fn("Release.verify")(
  function* (release: Release) {
    const { blockSize, last } = release.manifest
    const total = last?.seq ?? 0
    const firsts = blocksUpTo(total, blockSize)
    const summing = new Summing()
    for (const part of State.wholeParts) yield* Stream.runDrain(summing.through(part, release.part(part)))
    for (const first of firsts) {
      yield* Stream.runDrain(summing.through("versions", release.block(first)))
      yield* report({ step: "verify", done: Math.min(first + blockSize - 1, total), total })
    }
    yield* agrees(release, summing)
  }
)
