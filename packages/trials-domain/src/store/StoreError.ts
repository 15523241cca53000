import type { SqlError } from "@effect/sql"
import type { ParseResult } from "effect"

/** A statement that failed, or a row that is not as this library writes it. */
export type StoreError = SqlError.SqlError | ParseResult.ParseError
