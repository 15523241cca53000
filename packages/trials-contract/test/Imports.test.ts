import { expect, it } from "vitest"
import { execFileSync } from "node:child_process"
import { fileURLToPath } from "node:url"

const entry = new URL("../dist/index.js", import.meta.url).href

// Prints the address of every module that the client loads.
const hook = `
  import { writeSync } from "node:fs"
  export async function load(url, context, next) {
    writeSync(1, url + "\\n")
    return next(url, context)
  }
`
const program = `
  import { register } from "node:module"
  register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hook)}))
  const { createTrialsClient } = await import(${JSON.stringify(entry)})
  createTrialsClient("http://localhost:3000")
`

it("the client loads no database and no server", () => {
  const loaded = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8"
  })
    .trim()
    .split("\n")
  expect(loaded).toContain(entry)
  expect(loaded.filter((url) => url.includes("/trials-domain/dist/model/Trial.js"))).toHaveLength(1)
  const forbidden =
    /@effect\/(sql|platform|experimental)|better-sqlite3|\/node_modules\/pg\/|express|trials-database|node:(fs|http|net)/
  expect(loaded.filter((url) => forbidden.test(url))).toEqual([])
})
