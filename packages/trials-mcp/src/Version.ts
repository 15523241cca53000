import { createRequire } from "node:module"

const described: { readonly version: string } = createRequire(import.meta.url)("../package.json")

/** The version of this package. */
export const { version } = described
