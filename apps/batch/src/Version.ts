import { createRequire } from "node:module"

const packageJson: { readonly version: string } = createRequire(import.meta.url)("../package.json")

/** The version of this package. */
export const { version } = packageJson
