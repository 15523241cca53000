import { expect, it } from "vitest"
import { answerTo, pageAt } from "./Asking.js"
import { named, textOf } from "./Markup.js"

const refusing = (status: number) => ({ mock: { refuse: () => status } })

it.each([
  ["/en/search?phase=zzz&q=x&sort=id", "phase", "Phase : Choose a value", "/en/search?q=x&sort=id"],
  ["/ko/search?country=Atlantis&q=x", "country", "수행 국가 : 수행 국가는 목록에서", "/ko/search?q=x"],
  [
    "/en/search?startDateFrom=soon&status=recruiting",
    "startDateFrom",
    "as in 2026",
    "/en/search?status=recruiting"
  ]
])("%s keeps the search, marks the field %s and leads on without it", async (url, name, said, rest) => {
  const { body, status } = await pageAt(url)
  expect(status).toBe(400)
  expect(textOf(body)).toContain(said)
  const fields = [...named(body, "input"), ...named(body, "select")]
  expect(fields.filter((field) => field["aria-invalid"] === "true").map((field) => field["name"])).toEqual([
    name
  ])
  const { "aria-describedby": ids = "" } = fields.find((field) => field["name"] === name) ?? {}
  expect(named(body, "small").map(({ id }) => id)).toEqual(expect.arrayContaining(ids.split(" ")))
  expect(ids).toContain(`e-${name}`)
  for (const [key, value] of new URL(url, "http://site.invalid").searchParams)
    expect(body).toContain(
      fields.some((field) => field["name"] === key && field["value"] === value)
        ? ""
        : `value="${value}" selected`
    )
  expect(named(body, "a").map(({ href }) => href)).toContain(rest)
})

it("marks every wrong field at once", async () => {
  const { body } = await pageAt("/en/search?phase=zzz&country=Atlantis&startDateFrom=soon")
  expect(body.match(/aria-invalid="true"/g)).toHaveLength(3)
})

it("drops of another page only what is wrong", async () => {
  const { body, status } = await pageAt("/ko/changes?phase=zzz&registry=kdca")
  expect(status).toBe(400)
  expect(textOf(body)).toContain("임상시험단계 : 목록에서 고르십시오.")
  expect(named(body, "a").filter(({ href }) => href?.endsWith("/ko/changes?registry=kdca"))).not.toEqual([])
})

it("says what a cursor of another list is", async () => {
  const { body, status } = await pageAt("/ko/search?cursor=zzz")
  expect(status).toBe(400)
  expect(textOf(body)).toMatch(/사용할 수 없는 값.*목록의 위치 : 이 목록에 없는 위치/)
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
