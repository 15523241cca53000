import { Client } from "@modelcontextprotocol/client"
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio"
import { spawn } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { createMock, type MockServer } from "trials-contract/mock"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { inFolder } from "./Batch.js"
import { here } from "./Within.js"

const binary = fileURLToPath(new URL("../bin/trials.js", import.meta.url))

let api: MockServer
beforeAll(async () => {
  api = await createMock().listen()
})
afterAll(() => api.close())

const environment = { PATH: process.env["PATH"] ?? "", TRIALS_LOG_LEVEL: "debug" }

describe("trials mcp", { timeout: 30_000 }, () => {
  it.concurrent("gives an agent the tools over an API", async () => {
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [binary, "mcp", "--api", api.url],
      env: environment,
      stderr: "pipe"
    })
    const client = new Client({ name: "test", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } })
    await client.connect(transport)
    expect((await client.listTools()).tools).toHaveLength(7)
    const { content } = await client.callTool({ name: "search_trials", arguments: { q: "한국인" } })
    expect(content).toMatchObject([{ type: "text", text: expect.stringContaining("C130012") }])
    await client.close()
  })

  it.concurrent("carries nothing but the protocol on stdout, and ends well when its stdin does", async () => {
    const child = spawn(process.execPath, [binary, "mcp", "--api", api.url], { env: environment })
    const said = { stdout: "", stderr: "" }
    for (const name of ["stdout", "stderr"] as const)
      child[name].setEncoding("utf8").on("data", (text: string) => (said[name] += text))
    const closed = once(child, "close")
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })}\n`)
    await once(child.stdout, "data")
    child.stdin.end()
    expect(await closed).toEqual([0, null])
    expect(
      said.stdout
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line))
    ).toEqual([{ jsonrpc: "2.0", id: 1, result: {} }])
    expect(said.stderr).toContain("served on stdin and stdout")
  })

  it.concurrent(
    "reads a database by itself",
    inFolder(async (batch) => {
      expect((await batch.run(["sync", "--registry", "kdca", "--sample"])).code).toBe(0)
      const transport = new StdioClientTransport({
        command: process.execPath,
        args: [binary, "mcp"],
        env: { ...environment, TRIALS_DATABASE_URL: `sqlite:${join(batch.folder, "data", "sample.db")}` },
        stderr: "ignore"
      })
      const client = new Client({ name: "test", version: "1.0.0" })
      await client.connect(transport)
      const { content } = await client.callTool({ name: "get_trial", arguments: { identifier: "C130010" } })
      expect(content).toMatchObject([
        { type: "text", text: expect.stringContaining('"knownBy":{"kind":"own"') }
      ])
      const refused = await client.callTool({ name: "search_trials", arguments: { status: "open" } })
      expect(refused).toMatchObject({ isError: true })
      await client.close()
    })
  )

  it.concurrent(
    "says that there is no database, and what is wrong before it begins, as other commands do",
    here(async ({ run }) => {
      const { code, stderr, stdout } = await run(["mcp", "--api", "localhost:3000", "--json"])
      expect(code).toBe(2)
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: "usage" } })
      expect(stderr).toContain("--api")
      const none = await run(["mcp"])
      expect([none.code, none.stdout]).toEqual([2, ""])
    })
  )
})
