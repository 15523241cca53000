/**
 * The trials API as tools of the Model Context Protocol: written once over the client of `trials-contract`, and served by
 * HTTP or over standard streams.
 *
 * @module
 */
export { answerHttp } from "./Http.js"
export { mostBytes } from "./Reply.js"
export { makeServer, type ServerOptions } from "./Server.js"
export { serveOn, type StdioOptions } from "./Stdio.js"
