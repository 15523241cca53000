import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Option } from "effect"
import { databaseSetting, parse } from "trials-database/DatabaseUrl"
import { grants, type Roles } from "trials-domain/Grants"
import { installation } from "trials-domain/Home"
import * as Migrations from "trials-domain/Migrations"
import * as Rebuild from "trials-domain/Rebuild"
import { help } from "../cli/Help.js"
import { everywhere } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Misuse } from "../Failure.js"
import { Output } from "../output/Output.js"

const example = "trials migrate --grants trials_writer trials_reader"

/** The roles that the grants are for; null if none were asked for. */
const rolesOf = (wanted: boolean, writer: string | undefined, reader: string | undefined) =>
  Effect.gen(function* () {
    const misused = (message: string) => new Misuse({ message })
    if (!wanted) {
      if (writer === undefined) return null
      return yield* misused(`Roles are named for --grants only: \`${example}\`.`)
    }
    const { engine } = yield* Effect.flatMap(databaseSetting, ({ names, url }) => parse(url, names))
    if (engine === "sqlite") {
      return yield* misused(
        "SQLite has no roles: whoever may write the file may collect, and whoever may read it may read. --grants is for PostgreSQL."
      )
    }
    if (writer === undefined || reader === undefined) {
      return yield* misused(
        `--grants needs two roles, the one that collects and the one that reads: \`${example}\`.`
      )
    }
    if (writer === reader) {
      return yield* misused(
        `--grants needs two different roles, because the one that reads must not write: \`${example}\`.`
      )
    }
    return { reader, writer }
  })

const role = (name: string, description: string) =>
  Args.text({ name }).pipe(Args.withDescription(description), Args.optional, Args.map(Option.getOrUndefined))

const grantsFor = (roles: Roles | null) =>
  roles === null
    ? Effect.succeed(null)
    : Effect.map(installation, (found) => (found === null ? [] : grants(found, roles)))

export const migrate = Command.make(
  "migrate",
  {
    init: Options.boolean("init").pipe(
      Options.withDescription("Start a database where TRIALS_DATABASE_URL names one that is not there.")
    ),
    rebuild: Options.boolean("rebuild").pipe(
      Options.withDescription("Make the search keys anew, where `trials verify` found wrong ones.")
    ),
    grants: Options.boolean("grants").pipe(
      Options.withDescription(
        "Print on stdout, as SQL, the rights that two roles need on PostgreSQL; all else goes to stderr."
      )
    ),
    writer: role("writer", "With --grants: the role of `trials sync`, which then needs no more rights."),
    reader: role("reader", "With --grants: the role of the API and of all that only reads."),
    ...everywhere
  },
  ({ grants: wanted, init, reader, rebuild, writer }) =>
    Effect.gen(function* () {
      const roles = yield* rolesOf(wanted, writer, reader)
      yield* Effect.gen(function* () {
        const { answer, json, note, quiet } = yield* Output
        const { named } = yield* databaseSetting
        if (named && !init && (yield* Migrations.currentVersion) === 0) {
          return yield* new Misuse({
            message: "TRIALS_DATABASE_URL names an empty database; --init starts one there."
          })
        }
        const migrations = yield* Migrations.migrate
        if (rebuild) yield* Rebuild.run
        const statements = yield* grantsFor(roles)
        yield* Databases.confirmed
        const schema = Migrations.schemaVersion
        const done = [
          migrations.length === 0
            ? `The database has schema ${schema} already.`
            : `The database now has schema ${schema} (ran ${migrations.join(", ")}).`,
          ...(rebuild ? ["The search keys were made anew."] : [])
        ].join("\n")
        const document = { schema, migrations, rebuilt: rebuild }
        if (statements === null) {
          if (json || !quiet) yield* answer(document, () => done)
          return
        }
        if (!json && !quiet) note(done)
        yield* answer({ ...document, grants: statements }, () =>
          statements.map((statement) => `${statement};`).join("\n")
        )
      }).pipe(Effect.provide(Databases.writer({ init, migrate: false })))
    })
).pipe(
  Command.withDescription(
    help(
      "Bring the database to this version's schema, all of it or nothing. `trials sync` does so by itself; on PostgreSQL " +
        "only the owner of the tables can, so where another role syncs, the owner runs this after an update.",
      [
        ["trials migrate", "after an update, before the API starts"],
        [`${example} | psql "$TRIALS_DATABASE_URL"`, "a role that collects, another that reads"]
      ]
    )
  )
)
