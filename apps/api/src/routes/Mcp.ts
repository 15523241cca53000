import { type Request, type RequestHandler, type Response, Router } from "express"
import type { TrialsClient } from "trials-contract/client"
import { answerHttp } from "trials-mcp"
import { Places } from "../admission/Places.js"
import { readBody } from "../http/Body.js"
import { visitOf } from "../http/Visit.js"

/** The path of the tools for agents. */
export const mcpPath = "/mcp"

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

/** How many messages one client may have in hand, arriving or answered, and all together. */
const mostPerClient = 32
const mostInAll = 256

// Codes of JSON-RPC 2.0; those of a server's own begin at -32000.
const codes = { parse: -32_700, request: -32_600, server: -32_000 } as const

/** Refuses a message in the form in which clients of the protocol read it. */
const refuse = (res: Response, status: number, code: keyof typeof codes, message: string): void => {
  res.status(status).json({ jsonrpc: "2.0", error: { code: codes[code], message }, id: null })
}

/** A name and a port, and nothing else that a parser of addresses would take. */
const authority = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i

const nameOf = (host: string): string => authority.exec(host)?.[1]?.toLowerCase() ?? ""

/** The name in the address of a page; empty where that is no page of the web. */
const nameOfOrigin = (origin: string): string => nameOf(/^https?:\/\/(.+)$/i.exec(origin)?.[1] ?? "")

const others =
  "TRIALS_MCP_HOSTS (`mcpHosts`) names further ones, and TRIALS_PUBLIC_URL (`publicUrl`) the address that people use."

/** Refuses a page that found its way here by a name of its own (DNS rebinding), and any page of another site. */
const onlyKnown =
  (hosts: ReadonlyArray<string>): RequestHandler =>
  ({ headers }, res, next) => {
    const { host = "", origin } = headers
    if (!hosts.includes(nameOf(host)))
      return refuse(res, 403, "server", `This is not a host that ${mcpPath} answers to. ${others}`)
    if (origin !== undefined && !hosts.includes(nameOfOrigin(origin)))
      return refuse(res, 403, "server", `Pages of this origin may not ask ${mcpPath}. ${others}`)
    next()
  }

/** No page of another origin may read it, unlike the rest of the API. */
const notShared: RequestHandler = (_, res, next) => {
  for (const name of ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers"]) res.removeHeader(name)
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
  const places = new Places(mostPerClient, mostInAll)
  router.all(mcpPath, notShared, onlyKnown(hosts), onlyMessages, async (req, res) => {
    if (!places.take(visitOf(req).client, res)) {
      res.set({ "Retry-After": "1", Connection: "close" })
      return refuse(res, 503, "server", "Too many messages are in hand. Send this one again later.")
    }
    const body = await readBody(req, mostBody, arrival)
    if (body === "gone") return
    if (typeof body === "string") res.set("Connection", "close")
    if (body === "too-large") return refuse(res, 413, "server", `A message has at most ${mostBody} bytes.`)
    if (body === "malformed") return refuse(res, 400, "parse", "The body is not one that HTTP can carry.")
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
