import { document } from "./openapi.js"

// A collection is used outside of the browser, where "/" is nobody's address. People change `baseUrl` in Postman.
const address = "http://localhost:3000"

const convert = async (): Promise<object> => {
  const { default: converter } = await import("openapi-to-postmanv2")
  // The converter writes into what it is given.
  const data = structuredClone({ ...document, servers: [{ url: address }] })
  const options = {
    folderStrategy: "Tags",
    parametersResolution: "Example",
    // As imported every request can be sent; who wants a filter ticks it.
    enableOptionalParameters: false
  } as const
  return new Promise((resolve, reject) => {
    converter.convertV2({ type: "json", data }, options, (error, result) => {
      const made = result?.output?.[0]?.data
      if (error !== null || made === undefined) reject(error ?? new Error(result?.reason ?? "no collection"))
      else resolve(made)
    })
  })
}

let made: Promise<object> | undefined

/** The API as a Postman collection, made when it is first asked for. */
export const collection = (): Promise<object> => (made ??= convert())
