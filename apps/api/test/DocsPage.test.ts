import { Effect, Layer } from "effect"
import { describe, expect, it } from "@effect/vitest"
import { ApiServer } from "../src/ApiServer.js"
import { Chromium, hasChromium, unlessThere, watched } from "./Browser.js"
import { sampleApi } from "./Harness.js"

// A browser takes seconds to start: `npm run test:shipped` runs it.
const long = process.env["TRIALS_SHIPPED"] === "long"

describe.skipIf(!long || !hasChromium)("the documentation in Chromium", () => {
  it.scopedLive(
    `shows every operation, sends one as it is, and keeps to its policy${unlessThere}`,
    () =>
      Effect.gen(function* () {
        const { url } = yield* ApiServer
        const page = yield* Effect.flatMap(Chromium, (open) => Effect.promise(() => open.newPage()))
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
            ["changes", "changes", "/v1/changes?after=0&order=oldest&missing=true&limit=100"]
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
      }).pipe(Effect.provide(Layer.merge(sampleApi, Chromium.layer))),
    120_000
  )
})
