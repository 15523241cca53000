import { build } from "esbuild"
import { existsSync, readFileSync } from "node:fs"
import { basename } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { expect, it } from "vitest"

const folder = fileURLToPath(new URL("..", import.meta.url))

/** What a front end loads of one import of the package, as published: the files, and the bytes after gzip. */
const bundled = async (text: string) => {
  const { metafile, outputFiles } = await build({
    stdin: { contents: text, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    metafile: true,
    write: false,
    logLevel: "silent"
  })
  const code = outputFiles[0]?.text ?? ""
  const files = Object.keys(metafile.inputs).filter((name) => name !== "<stdin>")
  const used = Object.entries(Object.values(metafile.outputs)[0]?.inputs ?? {})
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
    .map(([name]) => basename(name))
  return { code, files, used, size: gzipSync(code).length }
}

it("the client is 3 KB in a browser, and loads nothing but its own few files", async () => {
  const { code, files, size } = await bundled(
    `import { createTrialsClient } from "trials-contract/client"; console.log(createTrialsClient("/api"))`
  )
  expect(files.length).toBeGreaterThan(3)
  for (const file of files)
    expect(file).toMatch(/trials-contract\/dist\/(client\/|Routes\.js)|^dist\/(client\/|Routes\.js)/)
  expect(code).not.toMatch(/node:|require\(|process/)
  expect(size).toBeGreaterThan(1000)
  expect(size).toBeLessThan(3.1 * 1024)
})

it("iterators, retries and a store are loaded where they are used, and take 1.5 KB", async () => {
  const base = await bundled(
    `import { createTrialsClient } from "trials-contract/client"; console.log(createTrialsClient("/api"))`
  )
  const all = await bundled(`import * as client from "trials-contract/client"; console.log(client)`)
  const more = ["Feed.js", "Paced.js", "Pages.js", "RateLimit.js", "Retry.js", "Store.js", "Wait.js"]
  expect(all.used).toEqual(expect.arrayContaining(more))
  expect(base.used.filter((name) => more.includes(name))).toEqual([])
  expect(all.size - base.size).toBeLessThan(1.5 * 1024)
})

it("every part loads in a browser: no database, no server, and nothing of Node", async () => {
  const { files } = await bundled(
    `export * from "trials-contract"; export * from "trials-contract/validate"; export * from "trials-contract/mock"`
  )
  expect(files.some((file) => file.endsWith("/trials-domain/dist/model/Trial.js"))).toBe(true)
  const forbidden =
    /@effect\/(sql|platform|experimental)|better-sqlite3|node_modules\/pg\/|express|trials-database|^node:|Document/
  expect(files.filter((file) => forbidden.test(file))).toEqual([])
})

it("the package has six doors, and each is there", () => {
  const { exports } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"))
  expect(Object.keys(exports)).toEqual([
    ".",
    "./answering",
    "./client",
    "./validate",
    "./mock",
    "./openapi.json"
  ])
  for (const door of Object.values<string | Record<string, string>>(exports))
    for (const file of typeof door === "string" ? [door] : Object.values(door))
      expect([file, existsSync(new URL(`../${file}`, import.meta.url))]).toEqual([file, true])
})
