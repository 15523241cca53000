import { describe, expect, layer } from "@effect/vitest"
import { source as axe } from "axe-core"
import { Effect, Layer } from "effect"
import { readFileSync } from "node:fs"
import type { BrowserContextOptions, Page } from "playwright-core"
import { ApiServer } from "../src/ApiServer.js"
import { Chromium, hasChromium, unlessThere, watched } from "./Browser.js"
import { editedInCardiology, hostileApi, hostileTrials, seededApi, titles } from "./SeededHistory.js"

// `npm run test:shipped` makes every journey in both languages, and in every way in which pages are seen.
const long = process.env["TRIALS_SHIPPED"] === "long"

type Language = "en" | "ko"

/** How a visitor sees the pages. */
interface Sight {
  readonly name: string
  readonly options: BrowserContextOptions
  /** The size of text in pixels; 16 where it is as usual. */
  readonly text?: number
}

const usual: Sight = { name: "as usual", options: {} }

const sights: ReadonlyArray<Sight> = [
  { name: "light", options: { colorScheme: "light" } },
  { name: "dark", options: { colorScheme: "dark" } },
  { name: "320 pixels wide", options: { viewport: { width: 320, height: 640 } } },
  { name: "with text of twice the size", options: { viewport: { width: 640, height: 640 } }, text: 32 }
]

/** What a page hides: how much of it is beyond the side of its window, columns of single letters, and words that a chart cuts. */
const hidden = `(() => {
  const cells = [...document.querySelectorAll("td, th, dt, dd")].filter((cell) => {
    const { fontSize, lineHeight } = getComputedStyle(cell)
    const words = cell.innerText.trim().split(/\\s+/).length
    const text = document.createRange()
    text.selectNodeContents(cell)
    const lines = text.getBoundingClientRect().height / parseFloat(lineHeight)
    return cell.clientWidth < 3 * parseFloat(fontSize) && lines > words + 1
  })
  const words = [...document.querySelectorAll("svg text")].filter((word) => {
    const { left, right } = word.ownerSVGElement.getBoundingClientRect()
    const drawn = word.getBoundingClientRect()
    return drawn.left < left - 1 || drawn.right > right + 1
  })
  return {
    beyond: Math.max(0, document.documentElement.scrollWidth - innerWidth),
    letters: cells.map((cell) => cell.innerText),
    cut: words.map((word) => word.textContent)
  }
})()`

/** Whether all of a page can be read, and nobody scrolls to its side. */
const fits = async (page: Page) =>
  expect({ url: page.url(), ...Object(await page.evaluate(hidden)) }).toEqual({
    url: page.url(),
    beyond: 0,
    letters: [],
    cut: []
  })

/** Opens a page that is seen in some way, makes what is asked, and looks at what went wrong meanwhile. */
const visiting = (
  sight: Sight,
  options: BrowserContextOptions,
  make: (page: Page, url: string) => Promise<void>,
  allowed: ReadonlyArray<RegExp> = []
) =>
  Effect.gen(function* () {
    const { url } = yield* ApiServer
    const browser = yield* Chromium
    const context = yield* Effect.acquireRelease(
      Effect.promise(() => browser.newContext({ ...sight.options, ...options })),
      (open) => Effect.promise(() => open.close())
    )
    yield* Effect.promise(async () => {
      const page = await context.newPage()
      const { blocked, flaws } = await watched(page, url)
      if (sight.text !== undefined) {
        const session = await context.newCDPSession(page)
        await session.send("Page.enable")
        await session.send("Page.setFontSizes", { fontSizes: { standard: sight.text } })
      }
      await make(page, url)
      const size = await page.evaluate("getComputedStyle(document.body).fontSize")
      expect(parseFloat(String(size)) / (sight.text ?? 16)).toBeCloseTo(1.06, 1)
      const wrong = flaws.filter((flaw) => !allowed.some((form) => form.test(flaw)))
      expect({ blocked, wrong }).toEqual({ blocked: [], wrong: [] })
    })
  })

type Journey = (page: Page, url: string, language: Language) => Promise<void>

/** Opens the first page, in the language that the browser asks for. */
const arrive = async (page: Page, url: string, language: Language) => {
  await page.goto(url)
  expect(page.url()).toBe(`${url}/${language}`)
  await fits(page)
}

/** Clicks on what leads to another page. */
const go = async (page: Page, what: string) => {
  const from = page.url()
  await Promise.all([page.waitForURL(({ href }) => href !== from), page.locator(what).first().click()])
  await fits(page)
}

/** Finds a trial from the first page by its number. */
const findC130010 = async (page: Page, url: string, language: Language) => {
  await arrive(page, url, language)
  await page.locator("main input[name=q]").fill("C130010")
  await go(page, "main form[role=search] button")
  await go(page, ".hits h3 a")
  expect(page.url()).toBe(`${url}/${language}/trials/kdca/C130010`)
}

const main = (page: Page) => page.locator("main").innerText()

const journeys: Readonly<Record<string, Journey>> = {
  "what changed in cardiology this week": async (page, url, language) => {
    await arrive(page, url, language)
    await go(page, `header a[href="/${language}/changes"]`)
    const form = `main form[action="/${language}/changes"]`
    await page.locator("main details > summary").first().click()
    await page.locator(`${form} details > summary`).click()
    await page.locator(`${form} input[name=department]`).fill("Cardiology")
    await go(page, `${form} button`)
    expect(new URL(page.url()).searchParams.get("department")).toBe("Cardiology")
    expect(await page.locator("main h3:has(a bdi)").count()).toBe(editedInCardiology)
    expect(await page.locator("main ins", { hasText: "777" }).count()).toBe(editedInCardiology)
  },
  "what did C130010 say in March": async (page, url, language) => {
    await findC130010(page, url, language)
    expect(await page.locator("h1").innerText()).toContain(titles.april)
    await page.locator("input[name=asOf]").fill("2026-03-20")
    await go(page, "form:has(input[name=asOf]) button")
    const said = await main(page)
    expect(said).toContain(titles.march)
    expect(said).toContain("150")
    expect(said).not.toContain(titles.april)
  },
  "compare version 1 and 3": async (page, url, language) => {
    await findC130010(page, url, language)
    await page.locator("select[name=from]").selectOption("1")
    await page.locator("select[name=to]").selectOption("3")
    await go(page, "form:has(select[name=from]) button")
    const removed = (await page.locator("main del").allInnerTexts()).join(" ")
    const added = (await page.locator("main ins").allInnerTexts()).join(" ")
    expect([removed, added]).toEqual([expect.stringContaining("120"), expect.stringContaining("180")])
    expect([removed, added]).toEqual([expect.stringContaining("구축"), expect.stringContaining("4월")])
  },
  "find 치매, narrow it by a facet, and take it as CSV": async (page, url, language) => {
    await arrive(page, url, language)
    await page.locator("main input[name=q]").fill("치매")
    await go(page, "main form[role=search] button")
    expect(await page.locator(".hits > li").count()).toBe(4)
    await go(page, `.facets a[href*="department=Psychiatry"]`)
    expect(await page.locator(".hits > li").count()).toBe(3)
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.locator(`main a[href*="/v1/export.csv"]`).click()
    ])
    expect(download.suggestedFilename()).toMatch(/^trials-.*\.csv$/)
    const text = readFileSync(await download.path(), "utf8")
    expect([...text.matchAll(/^kdca,(C\d+),/gm)].map(([, id]) => id).sort()).toEqual([
      "C160027",
      "C160028",
      "C160039"
    ])
  }
}

const languages: ReadonlyArray<Language> = ["en", "ko"]

const locale = { en: "en-GB", ko: "ko-KR" } as const

/** What the short form makes: one journey in each language. */
const short: Readonly<Record<string, Language>> = {
  "what changed in cardiology this week": "en",
  "find 치매, narrow it by a facet, and take it as CSV": "ko"
}

/** A page of each kind. */
const kinds = [
  "/en",
  "/en/changes?department=Cardiology",
  "/ko/search?q=치매",
  "/en/trials/kdca/C130010",
  "/ko/trials/kdca/C130010/compare?from=1&to=3",
  "/en/trials/kdca/C130010?asOf=2026-03-20",
  "/ko/registries",
  "/en/registries/kdca",
  "/ko/registries/kdca",
  "RUN",
  "/ko/about",
  "/en/nothing"
]

// What a browser says of a page that is not there.
const notThere = /status of 404/

describe.skipIf(!hasChromium)(`in Chromium${unlessThere}`, () => {
  layer(Layer.merge(seededApi, Chromium.layer), { excludeTestServices: true })("over a history", (it) => {
    for (const [name, journey] of Object.entries(journeys)) {
      for (const language of languages) {
        for (const sight of long ? sights : [usual]) {
          if (!long && short[name] !== language) continue
          it.scoped(
            `${name}, in ${language}, ${sight.name}, without scripts`,
            () =>
              visiting(sight, { javaScriptEnabled: false, locale: locale[language] }, (page, url) =>
                journey(page, url, language)
              ),
            60_000
          )
        }
      }
    }

    for (const sight of long ? sights : [usual]) {
      it.scoped(
        `a page of each kind can be used by everybody, ${sight.name}`,
        () =>
          visiting(
            sight,
            {},
            async (page, url) => {
              const [run] = (await (await fetch(`${url}/v1/runs?limit=1`)).json()).items
              for (const path of kinds) {
                await page.goto(`${url}${path === "RUN" ? `/en/runs/${run.runId}` : path}`)
                await fits(page)
                await page.evaluate(axe)
                const { passes, violations } = (await page.evaluate(
                  "axe.run(document, { preload: false })"
                )) as {
                  readonly passes: ReadonlyArray<unknown>
                  readonly violations: ReadonlyArray<{
                    readonly id: string
                    readonly nodes: ReadonlyArray<{ readonly html: string }>
                  }>
                }
                const found = violations.map(({ id, nodes }) => [id, nodes[0]?.html])
                expect([path, found]).toEqual([path, []])
                expect(passes.length).toBeGreaterThan(10)
              }
            },
            [notThere]
          ),
        120_000
      )
    }
  })

  // Where nothing may run is shown where something could.
  layer(Layer.merge(hostileApi, Chromium.layer), { excludeTestServices: true })(
    "over hostile texts",
    (it) => {
      it.scoped.runIf(long)(
        "nothing that a registry writes runs, or is wider than a narrow page",
        () => {
          const narrow = { name: "narrow", options: { viewport: { width: 320, height: 640 } } }
          return visiting(narrow, {}, async (page, url) => {
            const trials = hostileTrials.map((id) => `/trials/hostile/${encodeURIComponent(id)}`)
            for (const path of [
              "",
              "/changes",
              "/search",
              "/search?q=alert",
              "/registries",
              "/registries/hostile",
              ...trials,
              ...trials.flatMap((trial) => [`${trial}/compare?from=1&to=2`, `${trial}?asOf=2100-01-01`])
            ]) {
              for (const language of languages) {
                const response = await page.goto(`${url}/${language}${path}`)
                expect([path, response?.status()]).toEqual([path, 200])
                await fits(page)
                expect([
                  path,
                  await page.locator("script, iframe, object, img, main svg:not(.chart)").count()
                ]).toEqual([path, 0])
              }
            }
            // What stands after a text with marks of direction is still after it.
            await page.setViewportSize({ width: 1280, height: 640 })
            await page.goto(`${url}/en/trials/hostile/marks`)
            const [title, acronym] = await page.locator("h1 bdi").all()
            const [one, other] = [await title?.boundingBox(), await acronym?.boundingBox()]
            expect(one?.x).toBeLessThan(other?.x ?? 0)
          })
        },
        240_000
      )
    }
  )
})
