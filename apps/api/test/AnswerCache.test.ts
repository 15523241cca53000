import { expect, it } from "vitest"
import { AnswerCache } from "../src/answers/AnswerCache.js"
import { Representation } from "../src/answers/Representation.js"

const most = 1024 * 1024

const answer = (length: number) =>
  new Representation("application/json", Buffer.alloc(length, "a"), { tag: 'W/"x"', headers: {} })

const moment = { publication: 1, runs: "one" }

const filled = (now = () => 0) => {
  const cache = new AnswerCache(most, now)
  expect(cache.find(moment, "none")).toBeUndefined()
  return cache
}

it("stays within its bytes, keeps what is asked for, and takes no answer that is large", async () => {
  const cache = filled()
  const popular = answer(1000)
  cache.keep(moment, "popular", popular, null)
  cache.keep(moment, "large", answer(most / 5), null)
  expect(cache.find(moment, "large")).toBeUndefined()
  for (let n = 0; n < 500; n += 1) {
    const one = answer(20_000)
    cache.keep(moment, `question ${n}`, one, null)
    for (let spelling = 0; spelling < 20; spelling += 1) cache.note(`question ${n}`, `/${n}?${spelling}`)
    if (n % 10 === 0) await Promise.all([one.in("gzip"), one.in("br")])
    expect(cache.find(moment, "popular")).toBe(popular)
    expect(cache.bytes).toBeLessThanOrEqual(most)
  }
  expect(cache.bytes).toBeGreaterThan(most / 4)
  expect(cache.find(moment, "question 0")).toBeUndefined()
  expect(cache.findBy(moment, "/0?0")).toBeUndefined()
  expect(cache.findBy(moment, "/499?7")?.body.length).toBe(20_000)
  expect(cache.findBy(moment, "/499?8")).toBeUndefined()
})

it("has nothing of another moment, nor of a time that is over", () => {
  let now = 0
  const cache = filled(() => now)
  cache.keep(moment, "always", answer(10), null)
  cache.keep(moment, "a while", answer(10), 5)
  cache.keep({ ...moment, runs: "another" }, "elsewhere", answer(10), null)
  expect(
    ["always", "a while", "elsewhere"].map((question) => cache.find(moment, question) !== undefined)
  ).toEqual([true, true, false])
  now = 5
  expect(cache.find(moment, "a while")).toBeUndefined()
  expect(cache.find(moment, "always")).toBeDefined()
  // The number repeats after a restore, and the run does not.
  expect(cache.find({ publication: 1, runs: "another" }, "always")).toBeUndefined()
  expect(cache.find(moment, "always")).toBeUndefined()
  expect(cache.bytes).toBe(0)
})
