import { SqlClient } from "@effect/sql"
import { PgClient } from "@effect/sql-pg"
import { Effect, ManagedRuntime, Redacted } from "effect"
import { stopwatch } from "./Stopwatch.mjs"

/**
 * The yardstick on PostgreSQL: INSERT … SELECT FROM unnest(…) ON CONFLICT with 1000 rows per statement, in key order,
 * in one transaction, without comparison, versions, search keys or any index but the key.
 */
export class BlindPostgres {
  /** Creates a table beside the `trials` of our database at `url`. */
  static async open(url) {
    const blind = new BlindPostgres()
    blind.runtime = ManagedRuntime.make(PgClient.layer({ url: Redacted.make(url), maxConnections: 1 }))
    await blind.#run("CREATE TABLE blind (LIKE trials, PRIMARY KEY (registry, id))")
    blind.columns = await blind.#run(
      `SELECT column_name AS name, data_type AS type FROM information_schema.columns
      WHERE table_name = 'blind' ORDER BY ordinal_position`
    )
    return blind
  }

  #run(statement, parameters) {
    return this.runtime.runPromise(
      Effect.flatMap(SqlClient.SqlClient, (sql) => sql.unsafe(statement, parameters))
    )
  }

  /** Milliseconds, without the time to make the rows. */
  async upsert(upstream) {
    const names = this.columns.map(({ name }) => name)
    const set = names.filter((name) => !["registry", "id", "created_at"].includes(name))
    const statement = `INSERT INTO blind (${names})
      SELECT * FROM unnest(${this.columns.map(({ type }, n) => `$${n + 1}::${type}[]`)})
      ON CONFLICT (registry, id) DO UPDATE SET ${set.map((name) => `${name} = excluded.${name}`)}`
    const watch = stopwatch()
    await watch.timeAsync(() => this.#run("BEGIN"))
    for (const page of upstream.rows(names)) {
      await watch.timeAsync(() =>
        this.#run(
          statement,
          names.map((_, n) => page.map((row) => row[n]))
        )
      )
    }
    await watch.timeAsync(() => this.#run("COMMIT"))
    return watch.millis
  }

  async close() {
    await this.runtime.dispose()
  }
}
