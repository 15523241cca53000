import type { SqlError } from "@effect/sql"
import type { ParseResult } from "effect"

/** A statement failed, or a row is not in the form that this library writes. */
export type StoreError = SqlError.SqlError | ParseResult.ParseError
