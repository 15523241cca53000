import { expect, it } from "@effect/vitest"
import { Heads } from "../src/connections/Heads.js"

const requests = [
  "GET /1 HTTP/1.1\r\nHost: a\r\n\r\n",
  "GET /2 HTTP/1.0\r\n\r\n",
  "GET /3 HTTP/1.1\nHost: a\n\n"
]
const text = requests.join("")

/** The pieces of a connection that receives these chunks. */
const pieces = (chunks: ReadonlyArray<string>): ReadonlyArray<readonly [piece: string, ends: boolean]> => {
  const heads = new Heads()
  return chunks.flatMap((chunk) => {
    const found: Array<readonly [string, boolean]> = []
    for (let rest = Buffer.from(chunk); rest.length > 0;) {
      const end = heads.cut(rest)
      found.push([rest.toString("latin1", 0, end), heads.atStart])
      rest = rest.subarray(end)
    }
    return found
  })
}

/** What came before each end of a head. */
const headsOf = (chunks: ReadonlyArray<string>): ReadonlyArray<string> => {
  const heads = [""]
  for (const [piece, ends] of pieces(chunks)) {
    heads.push((heads.pop() ?? "") + piece)
    if (ends) heads.push("")
  }
  return heads
}

it("cuts behind each head, wherever the chunks end", () => {
  expect(headsOf([text])).toEqual([...requests, ""])
  expect(headsOf([...text])).toEqual([...requests, ""])
  for (let first = 1; first < text.length - 1; first += 1) {
    for (let second = first + 1; second < text.length; second += 1) {
      const chunks = [text.slice(0, first), text.slice(first, second), text.slice(second)]
      expect(headsOf(chunks)).toEqual([...requests, ""])
    }
  }
})

it("an empty line before a request does no harm", () => {
  expect(headsOf([`\r\n\r\n${text}`]).join("")).toBe(`\r\n\r\n${text}`)
  expect(headsOf([`\r\n${text}`]).slice(1)).toEqual([...requests.slice(1), ""])
})
