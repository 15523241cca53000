import type { OperationId } from "../Routes.js"

/** Whether the codes of an answer are only those of the contract, or also those of a newer server. */
export type Codes = "closed" | "open"

/** How the client checks the bodies of answers. `trials-contract/validate` has two. */
export interface Validation<C extends Codes = Codes> {
  /** `closed` if it lets pass no code that the contract does not have. Then the client fills no gaps either. */
  readonly codes: C
  /** Returns the body of a status of a call, or throws what is wrong with it. */
  readonly check: (operation: OperationId, status: number, body: unknown) => unknown
}
