import { toNodeHandler } from "@modelcontextprotocol/node"
import { createMcpHandler } from "@modelcontextprotocol/server"
import type { IncomingMessage, ServerResponse } from "node:http"
import { makeServer, type ServerOptions } from "./Server.js"

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
    // Nothing is ever announced: a stream of announcements would only hold its connection open.
    maxSubscriptions: 0,
    responseMode: "json"
  })
  // The request of a server has a method and an address; the type of Node is that of a client's answers too.
  const asked = request as IncomingMessage & { readonly method: string; readonly url: string }
  await toNodeHandler(handler, onDefect === undefined ? {} : { onerror: onDefect })(asked, response, body)
}
