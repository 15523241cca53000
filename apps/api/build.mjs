// Writes dist/postman.json, the API as a Postman collection, from the document of the contract. The converter is large, so
// no user installs it.
import converter from "openapi-to-postmanv2"
import { writeFileSync } from "node:fs"
import document from "trials-contract/openapi.json" with { type: "json" }

// A collection is used outside the browser, where "/" is not an address. Users change `baseUrl` in Postman.
const address = "http://localhost:3000"

const options = {
  folderStrategy: "Tags",
  parametersResolution: "Example",
  // Every request can be sent as imported. Users tick the filters that they want.
  enableOptionalParameters: false
}

const collection = await new Promise((resolve, reject) => {
  // The converter changes its input.
  const data = structuredClone({ ...document, servers: [{ url: address }] })
  converter.convertV2({ type: "json", data }, options, (error, result) => {
    const made = result?.output?.[0]?.data
    if (error !== null || made === undefined) reject(error ?? new Error(result?.reason ?? "no collection"))
    else resolve(made)
  })
})

// The converter's ids are random; Postman gives its own to what it imports.
const isRandom = (key, value) => /^(?:id|_postman_id)$/.test(key) && /^[0-9a-f-]{36}$/.test(value)
const text = JSON.stringify(collection, (key, value) => (isRandom(key, value) ? undefined : value))
writeFileSync(new URL("dist/postman.json", import.meta.url), text)
