import { TransactionConnection } from "@effect/sql/SqlClient"
import { Effect, Option, Schema } from "effect"

/**
 * Something was called inside a transaction that has transactions of its own. A run commits its line in the ledger first
 * and the load last; inside another transaction a failure would take both away, and other processes would see neither.
 */
export class WithinTransaction extends Schema.TaggedError<WithinTransaction>(
  "trials-domain/WithinTransaction"
)("WithinTransaction", { operation: Schema.String }) {
  override get message(): string {
    return (
      `${this.operation} cannot be part of a transaction: it commits what it does step by step. Call it outside ` +
      "`withTransaction`."
    )
  }
}

/** Fails inside `withTransaction` of any client of `@effect/sql`, of whichever database. */
export const outsideTransaction = (operation: string): Effect.Effect<void, WithinTransaction> =>
  Effect.flatMap(Effect.serviceOption(TransactionConnection), (open) =>
    Option.isSome(open) ? new WithinTransaction({ operation }) : Effect.void
  )
