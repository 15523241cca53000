import { expect, it } from "@effect/vitest"
import { createMock } from "trials-contract/mock"
import { createPages, overApi } from "../src/index.js"

/** Pages over the mock, whose answers name these publications in turn. */
const over = (publications: ReadonlyArray<string | null>) => {
  const mock = createMock()
  const asked: Array<string> = []
  const pages = overApi(createPages(), {
    baseUrl: "http://api.invalid",
    fetch: async (url, init) => {
      const publication = publications[asked.length] ?? publications.at(-1)
      asked.push(url)
      const response = await mock.fetch(url, init)
      return publication == null
        ? response
        : new Response(response.body, {
            headers: { ...Object.fromEntries(response.headers), "x-publication": publication }
          })
    }
  })
  return { asked, page: () => pages({ url: "/en/changes", now: Date.parse("2026-11-24T00:00:00Z") }) }
}

it("a page over an API elsewhere is asked for once more where a run publishes meanwhile, and no more than that", async () => {
  const still = over(["7"])
  expect(await still.page()).toMatchObject({ status: 200 })
  const calls = still.asked.length
  expect(calls).toBeGreaterThan(1)
  for (const [publications, times] of [
    [["7", "8"], 2],
    [[null], 1],
    [Array.from({ length: 99 }, (_, n) => String(n)), 2]
  ] as const) {
    const { asked, page } = over(publications)
    expect(await page()).toMatchObject({ status: 200 })
    expect([publications.length, asked.length]).toEqual([publications.length, times * calls])
  }
})
