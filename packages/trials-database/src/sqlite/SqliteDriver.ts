/**
 * Node 24.19 and later abort a process in which a driver frees a statement or a database outside of any context, unless
 * the driver was built with node-object-wrap.h (which says why). This module finds that out without loading the driver.
 *
 * @module
 */
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { DatabaseError } from "../DatabaseError.js"

const require = createRequire(import.meta.url)

/** Whether this version of Node has the hook that aborts. */
export const hasHook = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  return major > 24 || (major === 24 && minor >= 19)
}

/** Whether a compiled driver removes the hook of its objects. Built with the header, or for an older Node, it names no such function. */
export const removesHook = (driver: Buffer): boolean => driver.includes("RemoveEnvironmentCleanupHook")

const driver = (): Buffer => {
  try {
    return readFileSync(
      join(dirname(require.resolve("better-sqlite3/package.json")), "build/Release/better_sqlite3.node")
    )
  } catch {
    // It is not there, or elsewhere: whoever loads it finds out.
    return Buffer.alloc(0)
  }
}

const header = (): string => {
  try {
    return join(dirname(dirname(require.resolve("trials-database"))), "node-object-wrap.h")
  } catch {
    return "$PWD/node_modules/trials-database/node-object-wrap.h"
  }
}

const refused = () =>
  new DatabaseError({
    reason: "driver",
    message:
      `SQLite's driver would abort Node ${process.versions.node}, because it was built without the header for it. Use Node 22` +
      (process.platform === "win32"
        ? "."
        : ", or build the driver once (with python3, make and a C++ compiler): " +
          `npm_config_build_from_source=true CXXFLAGS="-include '${header()}'" npm rebuild better-sqlite3`)
  })

let aborts: boolean | undefined

/** Refuses a driver that would abort this process. It reads nothing where Node has no such hook. */
export const usable: Effect.Effect<void, DatabaseError> = Effect.suspend(() => {
  aborts ??= hasHook(process.versions.node) && removesHook(driver())
  return aborts ? refused() : Effect.void
})
