/**
 * Trials as files: CSV, NDJSON and Parquet. Each format makes the bytes of a file of pages of trials, as they come.
 *
 * @module
 */
export * from "./Columns.js"
export * from "./Csv.js"
export * from "./Format.js"
export * from "./Ndjson.js"
export * from "./Parquet.js"
