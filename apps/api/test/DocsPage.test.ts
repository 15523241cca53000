import { Effect } from "effect"
import { accessSync, constants } from "node:fs"
import { delimiter, join } from "node:path"
import { chromium, type Page } from "playwright-core"
import { describe, expect, it } from "@effect/vitest"
import { ApiServer } from "../src/ApiServer.js"
import { sampleApi } from "./Harness.js"

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

const browser = Effect.acquireRelease(
  Effect.promise(() =>
    chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      // Root, as in a container, has no sandbox.
      args: process.getuid?.() === 0 ? ["--no-sandbox"] : []
    })
  ),
  (open) => Effect.promise(() => open.close())
)

/** Keeps what a page must not do: what its policy stops, its errors, and requests to other hosts. */
const watched = async (page: Page, url: string) => {
  const blocked: Array<string> = []
  const flaws: Array<string> = []
  await page.exposeFunction("blocked", (what: string) => blocked.push(what))
  await page.addInitScript(
    `document.addEventListener("securitypolicyviolation", (event) => blocked(event.effectiveDirective + " " + event.blockedURI))`
  )
  page.on("console", (message) => void (message.type() === "error" && flaws.push(message.text())))
  page.on("pageerror", (error) => void flaws.push(error.message))
  page.on("request", (request) => {
    if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(`${url}/`))
      flaws.push(request.url())
  })
  return { blocked, flaws }
}

const reason = executablePath === undefined ? " (not run: there is no Chromium here)" : ""

describe.skipIf(!long || executablePath === undefined)("the documentation in Chromium", () => {
  it.scopedLive(
    `shows every operation, sends one as it is, and keeps to its policy${reason}`,
    () =>
      Effect.gen(function* () {
        const { url } = yield* ApiServer
        const page = yield* Effect.flatMap(browser, (open) => Effect.promise(() => open.newPage()))
        yield* Effect.promise(async () => {
          const { blocked, flaws } = await watched(page, url)
          await page.goto(`${url}/docs`)
          const operations = page.locator(".opblock")
          await operations.first().waitFor()
          const { paths } = await (await fetch(`${url}/openapi.json`)).json()
          expect(await operations.count()).toBe(Object.keys(paths).length)

          for (const [group, id, asks] of [
            ["trials", "trials", "/v1/trials?missing=false&sort=-updatedAt&limit=20"],
            ["trials", "trial", "/v1/trials/kdca/C130010"],
            ["changes", "changes", "/v1/changes?after=0&limit=100"]
          ]) {
            const operation = page.locator(`#operations-${group}-${id}`)
            await operation.locator(".opblock-summary-control").click()
            await operation.locator("button.execute").click()
            const answer = operation.locator(".live-responses-table .response-col_status")
            await expect.poll(() => answer.last().innerText(), { timeout: 10_000 }).toMatch(/^200/)
            expect(await operation.locator(".request-url pre").innerText()).toBe(`${url}${asks}`)
          }
          expect({ blocked, flaws }).toEqual({ blocked: [], flaws: [] })

          // What is stopped is seen.
          await page.evaluate(
            `document.body.append(Object.assign(document.createElement("script"), { text: "1" }))`
          )
          await expect.poll(() => blocked).toEqual(["script-src-elem inline"])
        })
      }).pipe(Effect.provide(sampleApi)),
    120_000
  )
})
