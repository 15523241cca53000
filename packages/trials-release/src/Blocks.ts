/**
 * The blocks of versions of a state, and which of them the base of its month has already.
 *
 * @module
 */
import type { SqlClient } from "@effect/sql"
import { Effect } from "effect"
import { failpoint } from "trials-domain/Failpoint"
import * as Migrations from "trials-domain/Migrations"
import { report } from "trials-domain/Progress"
import * as State from "trials-domain/State"
import type { StoreError } from "trials-domain/StoreError"
import type { Part } from "./Manifest.js"
import { blockName, blocksUpTo, kindOf, type Measured, measured } from "./Parts.js"
import type { Release } from "./Release.js"
import { ReleaseError } from "./ReleaseError.js"
import type { Summing } from "./StateSummary.js"

// A month in which more than this share of the base has changed begins another one.
const largestShare = 1 / 4

const isSame = (one: Measured["beginning"], other: Part): boolean =>
  one.sha256 === other.sha256 && one.size === other.size && one.rows === other.rows

// A migration may have written every version anew.
const isInThisForm = ({ manifest }: Release, blockSize: number): boolean =>
  manifest.schemaVersion === Migrations.schemaVersion && manifest.blockSize === blockSize

/** A block of versions of the state, and whether the base lends it. */
export interface Block {
  readonly first: number
  readonly measured: Measured
  readonly inBase: boolean
}

/** The rows of the block that begins at a `seq`. */
export const versionsOf = (first: number, blockSize: number) => State.versions(first, first + blockSize - 1)

/** Reads every block of the state. What the parent has must be as it was, because versions are only added. */
export const blocksOf = (
  parent: Release | null,
  blockSize: number,
  summing: Summing
): Effect.Effect<ReadonlyArray<Block>, ReleaseError | StoreError, SqlClient.SqlClient> =>
  Effect.gen(function* () {
    const lender = parent !== null && isInThisForm(parent, blockSize) ? parent : undefined
    const blocks: Array<Block> = []
    const total = yield* State.lastSeq
    for (const first of blocksUpTo(total, blockSize)) {
      const name = blockName(first)
      const before = lender?.manifest.parts.find((part) => part.name === name)
      const found = yield* measured(
        name,
        summing.through("versions", versionsOf(first, blockSize)),
        before?.rows ?? 0
      )
      if (before !== undefined && !isSame(found.beginning, before)) {
        return yield* new ReleaseError({
          reason: "forked",
          message:
            `The versions from ${first} on are not those of ${parent?.where}, though nothing may change them: this ` +
            "database is damaged, or has another past. Verify it, or restore the release into a new one."
        })
      }
      const same = before !== undefined && isSame(found, before)
      yield* failpoint("pack.block")
      blocks.push({ first, measured: found, inBase: same && before.release === lender?.manifest.base })
      yield* report({ step: "pack", done: Math.min(first + blockSize - 1, total), total })
    }
    return blocks
  })

const sizeOf = (parts: ReadonlyArray<{ readonly size: number }>): number =>
  parts.reduce((sum, { size }) => sum + size, 0)

/** Whether a release can go on from its parent's base, or begins another one. */
export const goesOn = (parent: Release, month: string, blocks: ReadonlyArray<Block>): boolean => {
  const { base, parts } = parent.manifest
  const lacking = blocks.filter(({ inBase }) => !inBase).map(({ measured }) => measured)
  const lent = parts.filter(({ name, release }) => release === base && kindOf(name) === "versions")
  return month === parent.manifest.month && sizeOf(lacking) <= sizeOf(lent) * largestShare
}
