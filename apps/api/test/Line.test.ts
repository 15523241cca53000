import { expect, it } from "@effect/vitest"
import { Line } from "../src/admission/Line.js"

const all = (line: Line<string>): string => {
  let order = ""
  for (let one = line.next(); one !== undefined; one = line.next()) order += `${one} `
  return order.trim()
}

it("serves the clients in a round, and those of one client as they came", () => {
  const line = new Line<string>()
  for (const one of ["a1", "a2", "a3", "b1", "c1", "b2"]) line.add(one.charAt(0), one)
  expect(all(line)).toBe("a1 b1 c1 a2 b2 a3")
  expect(line.isEmpty).toBe(true)
})

it("a newcomer waits for nobody but the other newcomers, however many one client has in the line", () => {
  const line = new Line<string>()
  for (let n = 1; n <= 50; n += 1) line.add("a", `a${n}`)
  expect(line.next()).toBe("a1")
  line.add("b", "b1")
  line.add("c", "c1")
  expect([line.next(), line.next(), line.next()]).toEqual(["b1", "a2", "c1"])
})

it("who leaves is not served", () => {
  const line = new Line<string>()
  for (const one of ["a1", "a2", "b1"]) line.add(one.charAt(0), one)
  line.remove("a", "a1")
  line.remove("b", "b1")
  line.remove("c", "c1")
  expect(all(line)).toBe("a2")
})
