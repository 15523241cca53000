import { toNodeHandler } from "@modelcontextprotocol/node"
import {
  createMcpHandler,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport
} from "@modelcontextprotocol/server"
import type { IncomingMessage, ServerResponse } from "node:http"
import { makeServer, type ServerOptions } from "./Server.js"

/** Answers a message of the protocol before 2026, as JSON: a stream of events would keep the connection to itself. */
const answerLegacy = async (request: Request, body: unknown, options: ServerOptions): Promise<Response> => {
  const server = makeServer(options)
  // Who no longer waits, nobody reads for.
  request.signal.addEventListener("abort", () => void server.close(), { once: true })
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  await server.connect(transport)
  try {
    return await transport.handleRequest(request, { parsedBody: body })
  } finally {
    await server.close()
  }
}

/**
 * Answers one message that came by HTTP as streamable HTTP without sessions: `body` is what was sent, already parsed. What stands
 * before it checks the host, the origin and the size.
 */
export const answerHttp = async (
  request: IncomingMessage,
  response: ServerResponse,
  body: unknown,
  options: ServerOptions
): Promise<void> => {
  const { onDefect } = options
  const handler = createMcpHandler(() => makeServer(options), {
    legacy: "reject",
    // Nothing is ever announced: a stream of announcements would only hold its connection open.
    maxSubscriptions: 0
  })
  const fetch = async (asked: Request) =>
    (await isLegacyRequest(asked, body))
      ? answerLegacy(asked, body, options)
      : handler.fetch(asked, { parsedBody: body })
  // The request of a server has a method and an address; the type of Node is that of a client's answers too.
  const asked = request as IncomingMessage & { readonly method: string; readonly url: string }
  await toNodeHandler({ fetch }, onDefect === undefined ? {} : { onerror: onDefect })(asked, response, body)
}
