import { createRequire } from "node:module"
import type converter from "openapi-to-postmanv2"
import document from "trials-contract/openapi.json" with { type: "json" }

const require = createRequire(import.meta.url)

// A collection is used outside the browser, where "/" is not an address. Users change `baseUrl` in Postman.
const address = "http://localhost:3000"

const convert = async (): Promise<object> => {
  // The package is large, so it loads on first use. `import` would remember a failure inside it, `require` tries again.
  const { convertV2 }: typeof converter = require("openapi-to-postmanv2")
  // The converter changes its input.
  const data = structuredClone({ ...document, servers: [{ url: address }] })
  const options = {
    folderStrategy: "Tags",
    parametersResolution: "Example",
    // Every request can be sent as imported. Users tick the filters that they want.
    enableOptionalParameters: false
  } as const
  return new Promise((resolve, reject) => {
    convertV2({ type: "json", data }, options, (error, result) => {
      const made = result?.output?.[0]?.data
      if (error !== null || made === undefined) reject(error ?? new Error(result?.reason ?? "no collection"))
      else resolve(made)
    })
  })
}

/** The API as a Postman collection. The first call makes it; if that fails, the next one tries again. */
export const makeCollection = (): (() => Promise<object>) => {
  let made: object | undefined
  return async () => (made ??= await convert())
}
