// Writes dist/openapi.json, the document that the API serves, from the contract that was just compiled.
import { writeFileSync } from "node:fs"
import { document } from "./dist/Document.js"

writeFileSync(new URL("dist/openapi.json", import.meta.url), `${JSON.stringify(document, null, 2)}\n`)
