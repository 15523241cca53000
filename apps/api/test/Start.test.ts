import { type ChildProcess, spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { afterEach, expect, it, vi } from "vitest"

const root = fileURLToPath(new URL("../../../", import.meta.url))

let child: ChildProcess | undefined
// The processes that npm has started are in their own group.
afterEach(() => {
  try {
    if (child?.pid !== undefined) process.kill(-child.pid, "SIGKILL")
  } catch {
    // The group has already ended.
  }
})

/** Runs `npm start`, or what it runs, until it says where it serves. */
const start = async (command: string, args: ReadonlyArray<string>) => {
  const started = spawn(command, args, {
    cwd: root,
    // The key is blank, so that one in `.env` does not send the test to the live registry.
    env: { ...process.env, ODCLOUD_SERVICE_KEY: " ", TRIALS_DATABASE_URL: "", TRIALS_API_PORT: "0" },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true
  })
  child = started
  const out = { said: "" }
  const base = await new Promise<string>((resolve, reject) => {
    const read = (text: string) => {
      out.said += text
      const [, found] = /^ {2}(http:\S+)\/v1\/trials /m.exec(out.said) ?? []
      if (found !== undefined) resolve(found)
    }
    for (const stream of [started.stdout, started.stderr]) stream.setEncoding("utf8").on("data", read)
    started.on("close", (code) => reject(new Error(`ended with ${code}: ${out.said}`)))
  })
  return { started, base, out }
}

/** Expects that soon nothing listens there any more. */
const ends = (base: string) =>
  vi.waitFor(() => expect(fetch(`${base}/healthz`)).rejects.toThrow(), { timeout: 20_000, interval: 200 })

it(
  "npm start collects the samples, serves them, says where, and ends when npm gets a signal",
  { timeout: 120_000 },
  async () => {
    const { base, out, started } = await start("npm", ["start"])
    for (const [registry, value] of [
      ["kdca", 145],
      ["ctgov", 93]
    ]) {
      const answer = await fetch(`${base}/v1/trials?registry=${registry}&limit=1`)
      expect([registry, await answer.json()]).toMatchObject([registry, { total: { value, relation: "eq" } }])
      expect(out.said).toMatch(new RegExp(`${value} of ${value} records\\nproof     one-response`))
    }
    // The live registry takes an hour at first: it is named, and not asked.
    await vi.waitFor(() => expect(out.said).toContain("npx trials sync --registry ctgov"))
    started.kill("SIGTERM")
    await ends(base)
  }
)

it(
  "the API ends with the process that started it, even if that is killed",
  { timeout: 120_000 },
  async () => {
    const { base, started } = await start(process.execPath, ["scripts/start.mjs"])
    started.kill("SIGKILL")
    await ends(base)
  }
)
