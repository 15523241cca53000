import { expect, it } from "vitest"
import { answerTo, pageAt } from "./Asking.js"
import { textOf } from "./Markup.js"

const refusing = (status: number) => ({ mock: { refuse: () => status } })

it("says which parameter is wrong, and why", async () => {
  const { body, status } = await pageAt("/en/search?phase=zzz&q=x")
  expect(status).toBe(400)
  expect(textOf(body)).toMatch(/phase is unknown here: the codes are early-1, 1, 2, 3, 4/)
})

it("says what a cursor of another list is", async () => {
  const { body, status } = await pageAt("/ko/search?cursor=zzz")
  expect(status).toBe(400)
  expect(textOf(body)).toMatch(/사용할 수 없는 값.* cursor is not a cursor/)
})

it.each([
  [429, "Too many requests"],
  [503, "Not available at the moment"]
])("passes on with %d when to come again", async (status, title) => {
  const answer = await pageAt("/en", refusing(status))
  expect(answer).toMatchObject({ status, headers: { "Retry-After": "1" } })
  expect(textOf(answer.body)).toContain(`${title}`)
  expect(textOf(answer.body)).toContain("Try again in a second.")
})

it("shows a place of the feed that is gone as a wrong parameter", async () => {
  const refuse = ({ operation }: { readonly operation: string }) =>
    operation === "changes" ? 410 : undefined
  expect((await pageAt("/en/changes", { mock: { refuse } })).status).toBe(400)
})

it.each([500, 405])("leaves %d to its caller", async (status) => {
  await expect(answerTo("/en", refusing(status))).rejects.toMatchObject({ reason: "refused", status })
})

it("leaves to its caller what is no answer of the API", async () => {
  const lost = new TypeError("fetch failed")
  await expect(answerTo("/en", { fetch: () => Promise.reject(lost) })).rejects.toBe(lost)
  const other = async () => new Response("<p>", { headers: { "content-type": "text/html" } })
  await expect(answerTo("/en/about", { fetch: other })).rejects.toMatchObject({ reason: "content-type" })
})
