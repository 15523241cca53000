import { expect, it } from "vitest"
import { altered, pageAt } from "./Asking.js"
import { named, tagsOf, textOf } from "./Markup.js"

const hostile = `"><script>alert(1)</script><img src=x onerror='a'>&amp;\u202Eabc\u2067' style="x`

/** The names of what a registry writes; codes, instants and what the library says of a run are not among them. */
const written =
  /^(title|officialTitle|acronym|department|leadInstitution|\w+Raw|conditions|keywords|funders|collaborators|interventionNames|summary|whyStopped|ethicsReview|from|to|value)$/

/** Whose values are codes, names or days. */
const coded = /^(kinds|fields|registries|days|registry|status|studyType|phase|country|sponsorClass)$/

// Of a list so many items: what holds of these holds of more.
const most = 3

/** An answer of the API with a text in place of every text that a registry can write. */
const overwritten =
  (text: string) =>
  (body: unknown): unknown => {
    const walk = (value: unknown, key: string): unknown => {
      if (typeof value === "string") return written.test(key) ? text : value
      if (Array.isArray(value))
        return coded.test(key) ? value : value.map((item, index) => (index < most ? walk(item, key) : item))
      if (typeof value !== "object" || value === null) return value
      // A registry has its title from the library.
      if ("attribution" in value) return value
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, walk(item, name)]))
    }
    return walk(body, "")
  }

/** Fills what the fixtures leave out, so that every text of a list of trials is there. */
const filled = (body: unknown, url: string): unknown => {
  if (!url.includes("/v1/trials?")) return body
  const { items, ...page } = body as { readonly items: ReadonlyArray<object> } // as the contract says
  const more = { conditions: ["a", "b"], countries: ["KR"], status: "unknown", statusRaw: "x", acronym: "x" }
  return { ...page, items: items.map((item) => ({ ...item, ...more })) }
}

const pages = [
  "/ko/search?missing=true",
  "/ko/registries/kdca",
  "/en/changes?kind=edited",
  "/ko/trials/kdca/C130010",
  "/en/trials/kdca/C130010/compare?from=1&to=2"
]

it.each(pages)("%s shows what a registry wrote as text, whatever it is", async (url) => {
  const fetch = altered((body, asked) => overwritten(hostile)(filled(body, asked)))
  const { body, status } = await pageAt(url, { fetch })
  expect(status).toBe(200)
  expect(body).not.toMatch(/<script|<img/)
  expect(textOf(body)).toContain('"><script>alert(1)</script>')
  // No text ends an attribute or the direction of what stands around it.
  expect(tagsOf(body).flatMap(({ attributes }) => Object.keys(attributes))).not.toContain("style")
  const outside = (/<main.*<\/main>/s.exec(body)?.[0] ?? "").replaceAll(/<bdi[^>]*>[^<]*<\/bdi>/g, "")
  expect(/.{0,99}\u202E/.exec(outside)?.[0]).toBeUndefined()
})

it("shows what a visitor typed as text", async () => {
  const { body } = await pageAt(`/en/search?q=${encodeURIComponent(hostile)}&missing=true`)
  expect(body).not.toMatch(/<script|<img/)
  expect(named(body, "input")).toContainEqual(expect.objectContaining({ name: "q", value: hostile }))
})

it.each(pages)("%s stays small where every text has 100,000 characters", async (url) => {
  const fetch = altered((body, asked) => overwritten("가".repeat(100_000))(filled(body, asked)))
  const { body, status } = await pageAt(url, { fetch })
  expect(status).toBe(200)
  expect(body.length).toBeLessThan(1_000_000)
})
