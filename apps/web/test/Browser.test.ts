import axe from "axe-core"
import { accessSync, constants } from "node:fs"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { delimiter, join } from "node:path"
import { type Browser, chromium } from "playwright-core"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { pageAt } from "./Asking.js"

// A browser takes seconds to start: `npm run test:shipped` runs it.
const long = process.env["TRIALS_SHIPPED"] === "long"

const isProgram = (file: string) => {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The Chromium of this machine, if there is one. */
const executablePath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))
  .find(isProgram)

const policy =
  "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

const pages = [
  "",
  "/changes",
  "/changes?since=2020-01-01&kind=edited",
  "/search?missing=true",
  "/search?q=nothing&department=Cardiology&unknown=1",
  "/search?phase=wrong",
  "/trials/kdca/C130010",
  "/trials/kdca/C130010/compare?from=1&to=2",
  "/registries",
  "/registries/kdca",
  "/runs/20261105T180000Z-run002",
  "/about",
  "/nothing"
]

const server = createServer((request, response) => {
  void pageAt(request.url ?? "/").then(({ body, headers, status }) =>
    response.writeHead(status, { ...headers, "Content-Security-Policy": policy }).end(body)
  )
})

const reason = executablePath === undefined ? " (not run: there is no Chromium here)" : ""

describe.skipIf(!long || executablePath === undefined)(`the pages in Chromium${reason}`, () => {
  let browser: Browser
  let url = ""

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}` // as it listens on a port
    browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      // Root, as in a container, has no sandbox.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : []
    })
  })

  afterAll(async () => {
    await browser.close()
    server.closeAllConnections()
    server.close()
  })

  it.each([
    ["en", 320, "dark"],
    ["ko", 320, "light"],
    ["en", 1280, "light"],
    ["ko", 1280, "dark"]
  ] as const)(
    "in %s at %d pixels, %s: fit, keep to their policy, and pass axe",
    async (language, width, scheme) => {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme })
      const flaws: Array<unknown> = []
      for (const path of pages) {
        const page = await context.newPage()
        page.on("console", (message) => {
          // Chromium logs a page that answers 400 or 404.
          if (message.type() === "error" && !message.text().includes("status of 40"))
            flaws.push([path, message.text()])
        })
        await page.goto(`${url}/${language}${path}`)
        const wide = await page.evaluate<number>(`document.documentElement.scrollWidth - innerWidth`)
        if (wide > 0) flaws.push([path, `${wide} pixels too wide`])
        await page.evaluate(axe.source)
        const found = await page.evaluate<ReadonlyArray<unknown>>(
          `axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))`
        )
        flaws.push(...found.map((flaw) => [path, flaw]))
        await page.close()
      }
      await context.close()
      expect(flaws).toEqual([])
    },
    120_000
  )
})
