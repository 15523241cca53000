import { type Request, type RequestHandler, type Response, Router } from "express"
import type { TrialsClient } from "trials-contract/client"
import { answerHttp } from "trials-mcp"
import { readBody } from "../http/Body.js"

/** The path of the tools for agents. */
const mcpPath = "/mcp"

/** What the tools for agents are served with. */
export interface McpOptions {
  /** What the tools read with, for one request. It takes its turn as any other request of the client. */
  readonly clientFor: (req: Request, res: Response) => TrialsClient
  /** The names of the hosts that it answers to (`McpHosts.allowed`). */
  readonly hosts: ReadonlyArray<string>
  /** What addresses that answers tell begin with; empty: they are relative. */
  readonly address: string
  /** For how many milliseconds a message may arrive. */
  readonly arrival: number
}

const allow = "POST, OPTIONS"

const mostBody = 64 * 1024

// Codes of JSON-RPC 2.0; those of a server's own begin at -32000.
const codes = { parse: -32_700, request: -32_600, server: -32_000 } as const

/** Refuses a message in the form in which clients of the protocol read it. */
const refuse = (res: Response, status: number, code: keyof typeof codes, message: string): void => {
  res.status(status).json({ jsonrpc: "2.0", error: { code: codes[code], message }, id: null })
}

const hostnameOf = (address: string): string | null =>
  URL.canParse(address) ? new URL(address).hostname : null

const others =
  "TRIALS_MCP_HOSTS (`mcpHosts`) names further ones, and TRIALS_PUBLIC_URL (`publicUrl`) the address that people use."

/** Refuses a page that found its way here by a name of its own (DNS rebinding), and any page of another site. */
const onlyKnown =
  (hosts: ReadonlyArray<string>): RequestHandler =>
  ({ headers }, res, next) => {
    const { host = "", origin } = headers
    if (!hosts.includes(hostnameOf(`http://${host}`) ?? ""))
      return refuse(res, 403, "server", `This is not a host that ${mcpPath} answers to. ${others}`)
    if (origin !== undefined && !hosts.includes(hostnameOf(origin) ?? ""))
      return refuse(res, 403, "server", `Pages of this origin may not ask ${mcpPath}. ${others}`)
    next()
  }

/** There are no sessions, and so no streams to get and none to delete. */
const onlyMessages: RequestHandler = ({ method }, res, next) => {
  if (method === "POST") return next()
  res.set("Allow", allow)
  if (method === "OPTIONS") res.status(204).end()
  else refuse(res, 405, "server", `Messages are sent by POST: ${allow}.`)
}

const parsed = (bytes: Buffer): { readonly message: unknown } | null => {
  try {
    return { message: JSON.parse(bytes.toString()) }
  } catch {
    return null
  }
}

// No message of the protocol nests deeper by far, and what reads one goes down into it by recursion.
const deepest = 64

const isWithin = (value: unknown, levels: number): boolean =>
  typeof value !== "object" ||
  value === null ||
  (levels > 0 && Object.values(value).every((each) => isWithin(each, levels - 1)))

/** The tools for agents: streamable HTTP of the Model Context Protocol, without sessions and without authentication. */
export const mcp = ({ address, arrival, clientFor, hosts }: McpOptions): Router => {
  const router = Router({ caseSensitive: true })
  router.all(mcpPath, onlyKnown(hosts), onlyMessages, async (req, res) => {
    const body = await readBody(req, mostBody, arrival)
    if (body === "gone") return
    if (body === "too-large" || body === "too-slow") res.set("Connection", "close")
    if (body === "too-large") return refuse(res, 413, "server", `A message has at most ${mostBody} bytes.`)
    if (body === "too-slow") return refuse(res, 408, "server", "The message did not arrive whole in time.")
    const found = parsed(body)
    if (found === null) return refuse(res, 400, "parse", "This is not JSON.")
    // Each would count as one request, however many calls it has.
    if (Array.isArray(found.message))
      return refuse(res, 400, "request", "Send one message at a time: there are no batches.")
    if (!isWithin(found.message, deepest))
      return refuse(res, 400, "request", `A message nests ${deepest} levels at most.`)
    await answerHttp(req, res, found.message, {
      client: clientFor(req, res),
      address,
      onDefect: (err) => req.log.error({ err }, "The tools met a defect.")
    })
  })
  return router
}
