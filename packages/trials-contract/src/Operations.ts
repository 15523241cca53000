import { type Operation, routes } from "./Routes.js"

/** The API's calls as a list. Apart from their table, so that the client does not load it. */
export const operations: ReadonlyArray<Operation> = Object.values(routes).flatMap((group) =>
  // TypeScript gives the values of a union of records no type of their own.
  Object.values<Operation>(group)
)
