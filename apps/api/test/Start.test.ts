import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { expect, it } from "vitest"

const script = fileURLToPath(new URL("../../../scripts/start.mjs", import.meta.url))

it(
  "npm start collects the sample, serves it, says where, and ends with a signal",
  { timeout: 120_000 },
  async () => {
    const child = spawn(process.execPath, [script], {
      // Set to nothing, so that a `.env` with a key does not send the test to the live registry.
      env: { ...process.env, ODCLOUD_SERVICE_KEY: "", TRIALS_DATABASE_URL: "", TRIALS_API_PORT: "0" },
      stdio: ["ignore", "pipe", "pipe"]
    })
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve))
    let said = ""
    const base = new Promise<string>((resolve, reject) => {
      const read = (text: string) => {
        said += text
        const [, found] = /^ {2}(http:\S+)\/v1\/trials /m.exec(said) ?? []
        if (found !== undefined) resolve(found)
      }
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read)
      void ended.then((code) => reject(new Error(`ended with ${code}: ${said}`)))
    })
    try {
      const answer = await fetch(`${await base}/v1/trials?limit=1`)
      expect(await answer.json()).toMatchObject({ total: { value: 145, relation: "eq" } })
      expect(said).toMatch(/145 of 145 records: it fitted one response/)
    } finally {
      child.kill("SIGTERM")
    }
    expect(await ended).toBe(0)
  }
)
