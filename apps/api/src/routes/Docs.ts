import { type RequestHandler, Router } from "express"
import { contentSecurityPolicy } from "helmet"
import { readFileSync } from "node:fs"
import type { IncomingMessage } from "node:http"
import { join } from "node:path"
import { problemNames, problems, sectionOf, typeOf } from "trials-contract"
import document from "trials-contract/openapi.json" with { type: "json" }
import { present, Representation } from "../answers/Representation.js"
import { isKept, ofContent } from "../answers/Tag.js"
import { assets } from "../Assets.js"

// A proxy may serve all of this below a prefix that it takes away: nothing here begins with a slash.
const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>trials: the API</title>
    <link rel="stylesheet" href="docs/swagger-ui.css" />
    <link rel="icon" href="docs/favicon-32x32.png" />
  </head>
  <body>
    <div id="page"></div>
    <script src="docs/swagger-ui-bundle.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`

const start = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#page",
  deepLinking: true,
  tryItOutEnabled: true,
  validatorUrl: null
})
`

const files = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "favicon-32x32.png": "image/png"
}

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
  ...Object.keys(files).map((file) => `/docs/${file}`),
  "/problems",
  ...problemNames.map(typeOf)
]

/** A text that is served as it is. All connections share its bytes: one that is slow to read holds none of its own. */
const served = (type: string, body: string | Buffer): RequestHandler => {
  const bytes = Buffer.from(body)
  const representation = new Representation(`${type}; charset=utf-8`, bytes, {
    tag: ofContent(bytes),
    headers: {}
  })
  return (req, res) => present(req, res, representation)
}

/** Whether a request asks for a part of a file, or only if the file is in some state. */
const isSpecial = ({ headers }: IncomingMessage): boolean =>
  headers["if-match"] !== undefined ||
  headers["if-unmodified-since"] !== undefined ||
  // The tag is a weak one: no part of today's file is known to be of the one that a client has.
  (headers.range !== undefined && headers["if-range"] === undefined)

/** A file, which is coded once for all who ask. `sendFile` sends parts of it, and refuses by its state. */
const servedFile = (name: string, type: string): RequestHandler => {
  const bytes = readFileSync(join(assets, name))
  const tag = ofContent(bytes)
  const headers = { "Cache-Control": kept, Vary: "Accept-Encoding" }
  const representation = new Representation(type, bytes, { tag, headers })
  return (req, res) => {
    if (!isSpecial(req)) return present(req, res, representation)
    const { headers: asked } = req
    if (asked["if-none-match"] !== undefined) {
      // The date counts only without tags (RFC 9110, 13.1.3).
      delete asked["if-modified-since"]
      // `sendFile` would read tags in what is no list of them.
      if (!isKept(asked["if-none-match"], tag)) delete asked["if-none-match"]
    }
    res.sendFile(name, { root: assets, headers: { ...headers, ETag: tag }, cacheControl: false })
  }
}

const list = `The kinds of refusals, as \`type\` of a problem names them, below the address of the API.\n\n${problemNames
  .map((name) => `${typeOf(name)}  ${problems[name].status}  ${problems[name].title}\n`)
  .join("")}`

/** The OpenAPI document, the page that shows it, a Postman collection, and what each refusal means. */
export const docs = (): Router => {
  const router = Router({ caseSensitive: true })
  router.get("/openapi.json", served("application/json", JSON.stringify(document)))
  router.get("/postman.json", served("application/json", readFileSync(join(assets, "postman.json"))))
  // Its links lead from /docs, and would lead elsewhere from /docs/.
  router.get("/docs", policy, (req, res, next) => {
    if (req.path.endsWith("/")) res.redirect(308, "../docs")
    else next()
  })
  router.get("/docs", served("text/html", page))
  router.get("/docs/start.js", policy, served("text/javascript", start))
  router.get("/problems", served("text/plain", list))
  for (const name of problemNames) router.get(typeOf(name), served("text/plain", sectionOf(name)))
  for (const [file, type] of Object.entries(files))
    router.get(`/docs/${file}`, policy, servedFile(file, type))
  return router
}
