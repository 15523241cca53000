import { createRequire } from "node:module"
import type converter from "openapi-to-postmanv2"
import { document } from "./openapi.js"

const require = createRequire(import.meta.url)

// A collection is used outside of the browser, where "/" is nobody's address. People change `baseUrl` in Postman.
const address = "http://localhost:3000"

const convert = async (): Promise<object> => {
  // Large: loaded when it is first needed. `import` would keep a failure of a file in it, `require` tries again.
  const { convertV2 }: typeof converter = require("openapi-to-postmanv2")
  // The converter writes into what it is given.
  const data = structuredClone({ ...document, servers: [{ url: address }] })
  const options = {
    folderStrategy: "Tags",
    parametersResolution: "Example",
    // As imported every request can be sent; who wants a filter ticks it.
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

let made: object | undefined

/** The API as a Postman collection, made when it is first asked for; what fails is tried again. */
export const collection = async (): Promise<object> => (made ??= await convert())
