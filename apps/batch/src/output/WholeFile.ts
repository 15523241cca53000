import { randomUUID } from "node:crypto"
import { type FileHandle, open, readlink, realpath, rename, rm, stat } from "node:fs/promises"
import { basename, dirname, join, resolve } from "node:path"
import { Effect, type Scope } from "effect"
import { CannotWrite, Misuse } from "../Failure.js"

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

/** A promise of what may not be there. */
const ifThere = <A>(promise: Promise<A>): Promise<A | undefined> =>
  promise.catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined
    throw error
  })

/** Where a file is, or would be made: the end of its links, which need not be there. */
const endOf = async (path: string): Promise<string> => {
  const end = await ifThere(realpath(path))
  if (end !== undefined) return end
  const folder = await realpath(dirname(path))
  const link = await ifThere(readlink(path))
  return link === undefined ? join(folder, basename(path)) : endOf(resolve(folder, link))
}

/**
 * Begins a file under another name beside its own. What was not kept is removed with the scope. A file that is there is
 * replaced only by `force`: symbolic links to it stay, and so do its permissions and, where that is allowed, its owner.
 */
export const begin = (
  path: string,
  force: boolean
): Effect.Effect<WholeFile, CannotWrite | Misuse, Scope.Scope> =>
  Effect.gen(function* () {
    const found = yield* attempt(path, () => ifThere(stat(path)))
    if (found !== undefined && !force)
      return yield* new Misuse({ message: `${path} is there already; --force replaces it.` })
    const end = yield* attempt(path, () => endOf(path))
    // A name of its own, as the longest one leaves no room for an ending.
    const partial = join(dirname(end), `trials-${randomUUID().slice(0, 8)}.partial`)
    const mode = found && found.mode & 0o777
    const file = yield* Effect.acquireRelease(
      attempt(path, () => open(partial, "wx", mode)),
      (file) =>
        Effect.zipRight(
          close(file),
          Effect.promise(() => rm(partial, { force: true }))
        )
    )
    return {
      write: (part) => attempt(path, () => file.writeFile(part)),
      keep: attempt(path, async () => {
        if (found !== undefined) await file.chown(found.uid, found.gid).catch(() => undefined)
        // The umask, or another owner, may have taken some of it.
        if (mode !== undefined) await file.chmod(mode)
        await file.sync()
        await file.close()
        await rename(partial, end)
      })
    }
  })
