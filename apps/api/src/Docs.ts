import { Router } from "express"
import { contentSecurityPolicy } from "helmet"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import document from "trials-contract/openapi.json" with { type: "json" }

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>trials: the API</title>
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
    <link rel="icon" href="/docs/favicon-32x32.png" />
  </head>
  <body>
    <div id="page"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`

const start = `SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null
})
`

const files = ["swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png"]

// Swagger UI and the collection are put there when this package is built (build.mjs).
const folder = fileURLToPath(new URL("../assets/", import.meta.url))

// The page loads nothing from other hosts, so it works without a network. Swagger UI sets inline styles.
const policy = contentSecurityPolicy({
  useDefaults: false,
  directives: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", "data:"],
    connectSrc: ["'self'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"]
  }
})

const kept = "public, max-age=3600"

/** The paths of the documentation. */
export const docsPaths = [
  "/openapi.json",
  "/postman.json",
  "/docs",
  "/docs/start.js",
  ...files.map((file) => `/docs/${file}`)
]

const collection = readFileSync(join(folder, "postman.json"))

/** The OpenAPI document, the page that shows it, and a Postman collection. */
export const docs = (): Router => {
  const router = Router({ caseSensitive: true })
  // All connections share these bytes: one that is slow to read holds none of its own.
  const text = Buffer.from(JSON.stringify(document))
  router.get("/openapi.json", (_, res) => {
    res.set("Cache-Control", "public, no-cache").type("json").send(text)
  })
  router.get("/postman.json", (_, res) => {
    res.set("Cache-Control", "public, no-cache").type("json").send(collection)
  })
  router.get("/docs", policy, (_, res) => {
    res.set("Cache-Control", "public, no-cache").type("html").send(page)
  })
  router.get("/docs/start.js", policy, (_, res) => {
    res.set("Cache-Control", "public, no-cache").type("js").send(start)
  })
  for (const file of files) {
    router.get(`/docs/${file}`, policy, (_, res) => {
      res.sendFile(file, { root: folder, headers: { "Cache-Control": kept }, cacheControl: false })
    })
  }
  return router
}
