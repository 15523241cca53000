import { expect, it } from "vitest"
import { readFileSync } from "node:fs"
import { answerTo } from "../src/Arguments.js"
import { root } from "./Markdown.js"

it("without arguments it runs; help names every setting of the API, and anything else is refused", () => {
  expect(answerTo([])).toBeNull()
  const example = readFileSync(`${root}.env.example`, "utf8")
  const { exit, text } = answerTo(["--help"]) ?? {}
  expect(exit).toBe(0)
  for (const [name] of example.matchAll(/TRIALS_API_\w+|TRIALS_DATABASE_\w+/g)) expect(text).toContain(name)
  expect(answerTo(["--version"])).toMatchObject({ exit: 0, text: expect.stringMatching(/^\d+\.\d+\.\d+$/) })
  expect(answerTo(["--port", "4000"])).toMatchObject({ exit: 2, text: expect.stringContaining("--port") })
})
