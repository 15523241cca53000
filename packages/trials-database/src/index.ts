/**
 * Opens a guarded database from a URL: SQLite or PostgreSQL.
 *
 * @module
 */
export * as Database from "./Database.js"
export * from "./DatabaseError.js"
export * as DatabaseUrl from "./DatabaseUrl.js"
export * as Names from "./Names.js"
