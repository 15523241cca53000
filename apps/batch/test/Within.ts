import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { NodeContext } from "@effect/platform-node"
import { Effect, Exit, Layer, LogLevel, Random, Tracer } from "effect"
import { make, type OdcloudUpstream } from "trials-domain/testing/OdcloudUpstream"
import { afterAll, beforeAll, vi } from "vitest"
import * as Environment from "trials-domain/Environment"
import { Failpoint, type FailpointName } from "trials-domain/Failpoint"
import { builtin } from "trials-domain/registries"
import { exitOf, ofCause } from "../src/Failure.js"
import * as Logging from "../src/output/Logging.js"
import * as Output from "../src/output/Output.js"
import * as Holder from "../src/process/Holder.js"
import { type TrialsCommand, trialsCommand } from "../src/TrialsCommand.js"

/** Makes the random factor of every back-off 0, so that nothing waits. */
const noWaiting = (id: string): Random.Random =>
  Object.create(Random.make(id), { next: { value: Effect.succeed(0) } })

/** Collects everything that spans hold. */
const spying = (said: Array<string>): Tracer.Tracer =>
  Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      said.push(name)
      return {
        ...Tracer.externalSpan({ spanId: "1", traceId: "1" }),
        _tag: "Span",
        name,
        parent,
        context,
        links,
        kind,
        attributes,
        status: { _tag: "Started", startTime },
        end: (_, exit) => void said.push(Exit.isFailure(exit) ? String(exit.cause) : ""),
        attribute: (at, value) => void said.push(`${at}=${String(value)}`),
        event: (at, _, more) => void said.push(`${at} ${JSON.stringify(more)}`),
        addLinks: () => undefined
      }
    },
    context: (execution) => execution()
  })

export interface Told {
  readonly stdout: string
  readonly stderr: string
  readonly spans: string
  readonly exit: number
}

const usual = trialsCommand({ registries: builtin })

let commands = 0

/** What the streams of a command are, pipes unless said; and what it logs, everything unless said. */
export interface Watching {
  readonly stdoutIsTerminal?: boolean
  readonly stderrIsTerminal?: boolean
  readonly noColor?: boolean
  readonly level?: LogLevel.LogLevel
  /** The command with other registries. */
  readonly command?: TrialsCommand
  /** What happens at the failpoints of a run. */
  readonly failpoint?: (name: FailpointName) => Effect.Effect<void>
}

/** Runs a command in this process, at debug level, with tracing on and without waits between tries. */
export const within = async (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>>,
  watching?: Watching
): Promise<Told> => {
  const { command = usual, failpoint = () => Effect.void, level = LogLevel.All, ...seen } = watching ?? {}
  const { noColor = true, stderrIsTerminal, stdoutIsTerminal } = seen
  let stdout = ""
  let stderr = ""
  const spans: Array<string> = []
  const stream = (write: (text: string) => void, isTTY = false) =>
    // Output and the progress bar use only these members of a stream.
    ({ isTTY, columns: 80, on: () => undefined, write }) as unknown as NodeJS.WriteStream
  const errors = stream((text) => (stderr += text), stderrIsTerminal)
  // The progress bar writes to the process's own. Commands that are watched run one after the other.
  const own = Object.keys(seen).length > 0 && vi.spyOn(process, "stderr", "get")
  if (own) own.mockReturnValue(errors as typeof process.stderr)
  const argv = ["node", "trials", ...args]
  const output = Output.make({
    stdout: stream((text) => (stdout += text), stdoutIsTerminal),
    stderr: errors,
    noColor
  })
  commands += 1
  const exit = await Effect.runPromiseExit(
    command(argv, output).pipe(
      // The program does the same.
      Effect.tapErrorCause((cause) => Effect.logDebug("The command did not succeed.", cause)),
      Effect.provide(
        Layer.mergeAll(NodeContext.layer, Output.layer(output), Logging.layer(output, level), Holder.layer)
      ),
      Effect.withConfigProvider(Environment.provider(environment)),
      Effect.withRandom(noWaiting(`command ${commands}`)),
      Effect.withTracer(spying(spans)),
      Effect.provideService(Failpoint, failpoint),
      Effect.ensuring(Effect.sync(() => own && own.mockRestore()))
    )
  )
  if (Exit.isSuccess(exit)) return { stdout, stderr, spans: spans.join("\n"), exit: 0 }
  const failure = ofCause(exit.cause, undefined)
  if (failure !== null) output.stopped(failure.code, failure.message)
  return { stdout, stderr, spans: spans.join("\n"), exit: exitOf(exit.cause, failure) }
}

/** A folder with a database in it, and `trials` over them within this process: as a shell without settings runs it. */
export interface Here {
  readonly folder: string
  /** Writes a file into the folder and returns its path. */
  readonly file: (name: string, content: string) => string
  readonly run: (
    args: ReadonlyArray<string>,
    environment?: Readonly<Record<string, string>>
  ) => Promise<Told & { readonly code: number }>
}

/** Runs a test in a folder that goes with it. */
export const here = (test: (it: Here) => Promise<void>) => async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "trials-within-"))
  const url = `sqlite:${join(folder, "trials.db")}`
  try {
    await test({
      folder,
      file: (name, content) => {
        const path = join(folder, name)
        writeFileSync(path, content)
        return path
      },
      run: async (args, environment) => {
        const told = await within(
          args,
          { TRIALS_DATABASE_URL: url, ...environment },
          { level: LogLevel.Info }
        )
        return { ...told, code: told.exit }
      }
    })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** An upstream for all tests of a file. */
export const upstreamForAll = (options: Parameters<typeof make>[0]): (() => OdcloudUpstream) => {
  let upstream: OdcloudUpstream | undefined
  let stop: () => Promise<unknown>
  beforeAll(async () => {
    await new Promise<void>((started) => {
      const running = Effect.runFork(
        Effect.scoped(
          Effect.flatMap(make(options), (made) => {
            upstream = made
            started()
            return Effect.never
          })
        )
      )
      stop = () => Effect.runPromise(running.interruptAsFork(running.id()))
    })
  })
  afterAll(() => stop())
  return () => {
    if (upstream === undefined) throw new Error("asked for before the tests began")
    return upstream
  }
}
