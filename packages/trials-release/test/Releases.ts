import { Effect } from "effect"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import * as Dump from "trials-domain/Dump"
import {
  type Engine,
  syncFrom,
  type SyntheticRecord,
  syntheticRegistry,
  SyntheticUpstream,
  type TestDatabase,
  writeSide
} from "trials-domain/testing"
import * as Pack from "../src/Pack.js"
import * as Places from "../src/Places.js"
import * as Release from "../src/Release.js"
import * as Restore from "../src/Restore.js"
import { sumsFile } from "../src/Sums.js"

/** One run of the synthetic registry over some records. */
export const night = (database: TestDatabase, records: ReadonlyArray<SyntheticRecord>) =>
  Effect.provide(syncFrom(new SyntheticUpstream(syntheticRegistry(), records)), writeSide(database))

/** Packs a database on what its folder of releases holds; a first one where it holds none. */
export const pack = (database: TestDatabase, out: string, blockSize?: number) =>
  Effect.gen(function* () {
    const parent = yield* Places.inFolder(out)
    return yield* Pack.run({
      parent,
      first: (yield* parent.newest) === null,
      out,
      ...(blockSize === undefined ? {} : { blockSize })
    })
  }).pipe(Effect.provide(database.reader))

/** The newest release of a folder, or the one that the folder is. */
export const opened = (path: string) => Effect.flatMap(Places.inFolder(path), Release.openWanted)

export const restore = (database: TestDatabase, path: string, commits: Restore.Commits = "once") =>
  Effect.flatMap(opened(path), (release) => Restore.run(release, commits)).pipe(
    Effect.provide(writeSide(database))
  )

/** A new database that holds the newest release of a folder. */
export const restored = (engine: Engine, path: string, commits?: Restore.Commits) =>
  Effect.tap(engine.database, (database) => restore(database, path, commits))

/** The canonical dump of a database, with its runs. */
export const dumped = (database: TestDatabase) => Effect.provide(Dump.dump(true), database.reader)

/** The hashes of a release's files before compression; the manifest as it is. */
export const contentsOf = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((file) => file !== sumsFile)
      .map((file) => {
        const bytes = readFileSync(join(folder, file))
        return [
          file,
          createHash("sha256")
            .update(file.endsWith(".gz") ? gunzipSync(bytes) : bytes)
            .digest("hex")
        ]
      })
  )
