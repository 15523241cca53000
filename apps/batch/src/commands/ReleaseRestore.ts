import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import * as Database from "trials-database/Database"
import { databaseSetting } from "trials-database/DatabaseUrl"
import { help } from "../cli/Help.js"
import { everywhere } from "../cli/Options.js"
import { Output } from "../output/Output.js"
import * as ProgressBar from "../output/ProgressBar.js"
import * as Releases from "../Releases.js"

export const releaseRestore = Command.make(
  "restore",
  {
    address: Releases.address,
    readOnly: Options.boolean("read-only").pipe(
      Options.withDescription("Leave an SQLite file that can be read where nothing can be written.")
    ),
    ...everywhere
  },
  ({ address, readOnly }) =>
    Effect.gen(function* () {
      const { answer, json, quiet } = yield* Output
      const { Manifest, Release, Restore } = yield* Releases.library
      const release = yield* Effect.flatMap(Releases.place(address), Release.openWanted)
      const { connections, names, url } = yield* databaseSetting
      const restored = yield* Database.filled({ url, connections, names, sealed: readOnly }, (isNew) =>
        Effect.provide(Restore.run(release, isNew ? "by-block" : "once"), ProgressBar.layer)
      )
      if (!json && quiet) return
      const tag = Manifest.tagOf(release.manifest.number)
      const { added, trials, versions } = restored
      yield* answer(
        { tag, ...restored },
        () =>
          `${release.where} is restored: ${added} versions were added; there are ${versions} of ${trials} trials.`
      )
    }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    help(
      "Bring a release into the database of TRIALS_DATABASE_URL, of either kind: a new one, an empty one, or one that the " +
        "release continues, which gets what it lacks. A release of an older version's schema is migrated; it needs a new " +
        "database or an empty one. Stopped at any moment, it has brought all or nothing.",
      [
        ["trials release restore https://github.com/acme/trials-data", "the newest release"],
        ["trials release restore ./releases/data-000123", "one release, its base beside it"],
        ["trials release restore ./releases --read-only", "for a mount that cannot be written"]
      ]
    )
  )
)
