import Sqlite from "better-sqlite3"
import { stopwatch } from "./Stopwatch.mjs"

/**
 * The yardstick: one prepared upsert of all columns of `trials` for each row, in key order, in one transaction, without
 * comparison, versions, search keys or any index but the key.
 */
export class BlindSqlite {
  /** Takes the table of `like`, one of our databases. The pragmas are those of our writer. */
  constructor(file, like) {
    const ours = new Sqlite(like, { readonly: true })
    const table = ours.prepare("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = 'trials'").get()
    const pageSize = ours.pragma("page_size", { simple: true })
    this.columns = ours.pragma("table_info(trials)").map(({ name }) => name)
    ours.close()
    this.database = new Sqlite(file)
    this.database.pragma(`page_size = ${pageSize}`)
    this.database.pragma("cache_size = -65536")
    this.database.pragma("journal_mode = WAL")
    this.database.pragma("synchronous = FULL")
    this.database.exec(table.sql)
  }

  /** Milliseconds, without the time to make the rows. */
  upsert(upstream) {
    const { columns, database } = this
    const set = columns.filter((name) => !["registry", "id", "created_at"].includes(name))
    const statement = database.prepare(
      `INSERT INTO trials (${columns}) VALUES (${columns.map(() => "?")})
      ON CONFLICT (registry, id) DO UPDATE SET ${set.map((name) => `${name} = excluded.${name}`)}`
    )
    const watch = stopwatch()
    watch.time(() => database.exec("BEGIN IMMEDIATE"))
    for (const page of upstream.rows(columns)) {
      watch.time(() => {
        for (const row of page) statement.run(row)
      })
    }
    watch.time(() => database.exec("COMMIT"))
    return watch.millis
  }

  close() {
    this.database.close()
  }
}
