import { type SqlClient, SqlError } from "@effect/sql"
import { Effect } from "effect"
import { statSync } from "node:fs"
import { DatabaseError } from "../DatabaseError.js"
import type { Names } from "../Names.js"

/** Which file a path names: its device and its number there. Null if it names none that can be seen. */
export const identityOf = (path: string): string | null => {
  try {
    const { dev, ino } = statSync(path, { bigint: true })
    return `${dev}:${ino}`
  } catch {
    return null
  }
}

const lost = (
  file: string,
  path: string,
  found: string | null,
  { user, verify }: Names
): SqlError.SqlError => {
  const what =
    found === null
      ? `${path} was deleted or moved while ${user} was using it.`
      : `Another file was put in the place of ${path} while ${user} was using the first one.`
  const next =
    path === file
      ? "What it wrote is not there, and is not reported as done. See which file belongs there, and run again."
      : `What it wrote may not be there, and is not reported as done. Run ${verify}, and run again.`
  const cause = new DatabaseError({ reason: "lost", message: `${what} ${next}` })
  return new SqlError.SqlError({ message: cause.message, cause })
}

/**
 * From now on, each transaction of a writer fails if the path no longer names the file that is open, or its log. SQLite
 * itself would go on writing to a file that nobody can open any more, and report success. Asked before each commit,
 * which is then rolled back, and again after it.
 */
export const keepsItsPlace = (client: SqlClient.SqlClient, file: string, names: Names): Effect.Effect<void> =>
  Effect.sync(() => {
    const opened = [file, `${file}-wal`, `${file}-shm`].map((path) => ({ path, was: identityOf(path) }))
    const inPlace = Effect.suspend(() => {
      for (const { path, was } of opened) {
        const found = identityOf(path)
        // A file system without shared memory has no log.
        if (was !== null && found !== was) return Effect.fail(lost(file, path, found, names))
      }
      return Effect.void
    })
    const { withTransaction } = client
    const within: typeof withTransaction = (effect) =>
      Effect.zipLeft(withTransaction(Effect.zipLeft(effect, inPlace)), inPlace)
    Object.assign(client, { withTransaction: within })
  })
