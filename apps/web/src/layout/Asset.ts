import { icon } from "./Icon.js"
import { style } from "./Style.js"

/** A file that pages need. */
export interface Asset {
  readonly type: string
  readonly body: string
}

const assets = new Map<string, Asset>([
  ["/web/style.css", { type: "text/css; charset=utf-8", body: style }],
  ["/web/icon.svg", { type: "image/svg+xml", body: icon }],
  // Searches and exports are work for the database, and no pages to be found.
  [
    "/robots.txt",
    {
      type: "text/plain; charset=utf-8",
      body: "User-agent: *\nDisallow: /v1/\nDisallow: /mcp\nDisallow: /en/search?\nDisallow: /ko/search?\n"
    }
  ]
])

/** The file at a path; undefined where there is none. */
export const assetAt = (path: string): Asset | undefined => assets.get(path)
