// Makes bundle/main.js, the program. The library in dist/ is never bundled. And fills assets/ with what both serve: the files of Swagger UI, whose package reports each installation to its makers,
// and the API as a Postman collection, whose converter is large. So no user installs either.
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import document from "trials-contract/openapi.json" with { type: "json" }
import { bundle } from "../../scripts/bundle.mjs"

// A collection is used outside the browser, where "/" is not an address. Users change `baseUrl` in Postman.
const address = "http://localhost:3000"

const options = {
  folderStrategy: "Tags",
  parametersResolution: "Example",
  // Every request can be sent as imported. Users tick the filters that they want.
  enableOptionalParameters: false
}

// Its examples are made up by chance and the clock. Here, the same document gives the same bytes.
let chance = 1
Math.random = () => (chance = (chance * 16807) % 2147483647) / 2147483647
globalThis.Date = class extends Date {
  constructor(...given) {
    super(...(given.length > 0 ? given : [0]))
  }
  static now = () => 0
}
// It takes some of its chance when it is loaded.
const { default: converter } = await import("openapi-to-postmanv2")

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
rmSync("assets", { recursive: true, force: true })
mkdirSync("assets")
writeFileSync(join("assets", "postman.json"), text)
const swagger = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"))
const page = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"]
for (const file of [...page, "swagger-ui-bundle.js.LICENSE.txt"])
  copyFileSync(join(swagger, file), join("assets", file))
for (const file of ["LICENSE", "NOTICE"])
  copyFileSync(join(swagger, file), join("assets", `swagger-ui.${file}`))

await bundle()
