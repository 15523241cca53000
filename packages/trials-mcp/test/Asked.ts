import { Client } from "@modelcontextprotocol/client"
import { InMemoryTransport } from "@modelcontextprotocol/server"
import { createTrialsClient } from "trials-contract/client"
import { createMock } from "trials-contract/mock"
import { onTestFinished } from "vitest"
import { makeServer } from "../src/Server.js"

/** What answers the calls of the API. */
export type Answering = (url: URL) => { readonly status?: number; readonly body: unknown } | undefined

/** A client of the tools, over an API that is scripted where a script answers, and a mock elsewhere. */
export const connected = async (script: Answering = () => undefined) => {
  const asked: Array<string> = []
  const defects: Array<unknown> = []
  const mock = createMock()
  const api = createTrialsClient("http://api.invalid", {
    fetch: async (address, init) => {
      const url = new URL(address)
      asked.push(url.pathname + url.search)
      const line = script(url)
      if (line === undefined) return mock.fetch(address, init)
      const { body, status = 200 } = line
      const type = status === 200 ? "application/json" : "application/problem+json"
      return new Response(JSON.stringify(body), { status, headers: { "content-type": type } })
    }
  })
  const server = makeServer({
    client: api,
    address: "https://example.org/trials",
    onDefect: (error) => void defects.push(error)
  })
  const client = new Client({ name: "test", version: "1.0.0" })
  const [here, there] = InMemoryTransport.createLinkedPair()
  await server.connect(there)
  await client.connect(here)
  onTestFinished(() => client.close())
  /** Calls a tool: what it says, and whether that is a refusal. */
  const call = async (name: string, given: Record<string, unknown> = {}) => {
    const { content, isError = false } = await client.callTool({ name, arguments: given })
    const [block, ...more] = content
    if (block?.type !== "text" || more.length > 0) throw new Error("An answer is one text.")
    // Tests look into answers freely.
    // oxlint-disable-next-line typescript/no-explicit-any -- the tests are what checks shapes
    const answer: any = JSON.parse(block.text)
    return { answer, isError, text: block.text, bytes: Buffer.byteLength(block.text) }
  }
  return { client, call, asked, defects }
}
