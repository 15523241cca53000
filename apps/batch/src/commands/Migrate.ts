import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { databaseSetting } from "trials-database/DatabaseUrl"
import * as Migrations from "trials-domain/Migrations"
import * as Rebuild from "trials-domain/Rebuild"
import * as Databases from "../Databases.js"
import { Misuse } from "../Failure.js"
import { help } from "../Help.js"
import { everywhere } from "../Options.js"
import { Output } from "../Output.js"

export const migrate = Command.make(
  "migrate",
  {
    init: Options.boolean("init").pipe(
      Options.withDescription("Start a database where TRIALS_DATABASE_URL names one that is not there.")
    ),
    rebuild: Options.boolean("rebuild").pipe(
      Options.withDescription("Make the search keys anew, where `trials verify` found wrong ones.")
    ),
    ...everywhere
  },
  ({ init, rebuild }) =>
    Effect.gen(function* () {
      const { answer, json, quiet } = yield* Output
      const { named } = yield* databaseSetting
      if (named && !init && (yield* Migrations.currentVersion) === 0) {
        return yield* new Misuse({
          message: "TRIALS_DATABASE_URL names an empty database; --init starts one there."
        })
      }
      const migrations = yield* Migrations.migrate
      if (rebuild) yield* Rebuild.rebuild
      yield* Databases.confirmed
      const schema = Migrations.schemaVersion
      if (quiet && !json) return
      yield* answer({ schema, migrations, rebuilt: rebuild }, () =>
        [
          migrations.length === 0
            ? `The database has schema ${schema} already.`
            : `The database now has schema ${schema} (ran ${migrations.join(", ")}).`,
          ...(rebuild ? ["The search keys were made anew."] : [])
        ].join("\n")
      )
    }).pipe(Effect.provide(Databases.writer({ init, migrate: false })))
).pipe(
  Command.withDescription(
    help(
      "Bring the database to this version's schema, all of it or nothing. `trials sync` does so by itself.",
      [["trials migrate", "after an update, before the API starts"]]
    )
  )
)
