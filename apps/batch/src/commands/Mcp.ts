import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Option, Runtime } from "effect"
import { clientOfApi, clientOfDatabase } from "../ApiClient.js"
import { help } from "../cli/Help.js"
import { everywhere, wrong } from "../cli/Options.js"

/** A name and a password would have to be sent as a header, which a client of a public API does not. */
const isAddress = (text: string): boolean => /^https?:\/\/[^?#@]+$/i.test(text) && URL.canParse(text)

const api = Options.text("api").pipe(
  Options.withPseudoName("url"),
  Options.mapEffect((text) =>
    isAddress(text)
      ? Effect.succeed(text.replace(/\/+$/, ""))
      : wrong("Expected the address of an API, as in https://example.org/trials, for option '--api'")
  ),
  Options.withDescription("Read the API at this address, in place of the database."),
  Options.optional
)

export const mcp = Command.make("mcp", { api, ...everywhere }, ({ api }) =>
  Effect.gen(function* () {
    const client = yield* Option.match(api, { onNone: () => clientOfDatabase, onSome: clientOfApi })
    const { serveOn } = yield* Effect.promise(() => import("trials-mcp"))
    const log = Runtime.runFork(yield* Effect.runtime())
    yield* Effect.logDebug("The tools are served on stdin and stdout.")
    yield* Effect.promise((signal) =>
      serveOn(
        {
          client,
          address: Option.getOrUndefined(api),
          // The library's streams are those of the process: stdout carries the protocol and nothing else.
          input: process.stdin,
          output: process.stdout,
          onError: ({ message }) => void log(Effect.logWarning(`A message could not be read: ${message}`)),
          onDefect: (error) => void log(Effect.logError(`A tool met a defect: ${String(error)}`))
        },
        signal
      )
    )
  }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    help(
      "Serves trials to agents: the tools of the Model Context Protocol (MCP) on stdin and stdout. A program of agents starts it; it ends when that closes stdin.",
      [
        ["trials mcp", "over the database of the settings, which it only reads"],
        ["trials mcp --api http://localhost:3000", "over an API"],
        [
          "claude mcp add trials -- npx -y trials-batch mcp --api http://localhost:3000",
          "add it to Claude Code; docs/agents.md has Claude Desktop, VS Code and others"
        ]
      ]
    )
  )
)
