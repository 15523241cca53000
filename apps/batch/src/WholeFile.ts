import { randomUUID } from "node:crypto"
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises"
import { Effect, type Scope } from "effect"
import { CannotWrite, Misuse } from "./Failure.js"

/** A file that is there when it is whole, and not before. */
export interface WholeFile {
  readonly write: (part: Uint8Array) => Effect.Effect<void, CannotWrite>
  /** Gives the file its name, once all of it is on the disk. */
  readonly keep: Effect.Effect<void, CannotWrite>
}

const attempt = <A>(path: string, work: () => Promise<A>): Effect.Effect<A, CannotWrite> =>
  Effect.tryPromise({
    try: work,
    catch: (error) =>
      new CannotWrite({
        message: `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}.`
      })
  })

const close = (file: FileHandle) => Effect.promise(() => file.close().catch(() => undefined))

/**
 * Begins a file under another name beside its own. What was not kept is removed with the scope. A file that is there is
 * replaced only by `force`.
 */
export const begin = (
  path: string,
  force: boolean
): Effect.Effect<WholeFile, CannotWrite | Misuse, Scope.Scope> =>
  Effect.gen(function* () {
    const isThere = yield* Effect.promise(() =>
      stat(path).then(
        () => true,
        () => false
      )
    )
    if (isThere && !force)
      return yield* new Misuse({ message: `${path} is there already; --force replaces it.` })
    const partial = `${path}.${randomUUID().slice(0, 8)}.partial`
    const file = yield* Effect.acquireRelease(
      attempt(path, () => open(partial, "wx")),
      (file) =>
        Effect.zipRight(
          close(file),
          Effect.promise(() => rm(partial, { force: true }))
        )
    )
    return {
      write: (part) => attempt(path, () => file.writeFile(part)),
      keep: attempt(path, async () => {
        await file.sync()
        await file.close()
        await rename(partial, path)
      })
    }
  })
