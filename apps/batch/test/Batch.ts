import { type ChildProcess, spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { Schema } from "effect"
import { FeedPosition } from "trials-domain/FeedPosition"
import { TrialVersion } from "trials-domain/TrialVersion"

const binary = fileURLToPath(new URL("../bin/trials.js", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly millis: number
}

/** A running `trials`. */
export interface Going {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Wakes a process that stops, or is about to stop, at a failpoint. */
  readonly wake: () => void
  /** Resolves as soon as stderr has this text; rejects if the process ends without it. */
  readonly says: (text: string) => Promise<void>
}

export type Environment = Readonly<Record<string, string>>

// A start takes a second of a processor. More starts at the same time would only slow each other down.
const atOnce = 3
let free = atOnce
const waiting: Array<() => void> = []

const turn = async <A>(work: () => Promise<A>): Promise<A> => {
  if (free > 0) free -= 1
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next === undefined) free += 1
    else next()
  }
}

/**
 * A command that runs another one, in which no file grows beyond so many blocks of 512 bytes (`ulimit -f`, POSIX). A
 * write beyond that fails like one to a full disk: Node ignores SIGXFSZ.
 */
export const limited = (blocks: number): ReadonlyArray<string> => [
  "sh",
  "-c",
  'ulimit -f "$0" && exec "$@"',
  String(blocks)
]

/** A test's own folder. The real binary runs in it as from a shell without settings. */
export class Batch {
  readonly folder = mkdtempSync(join(tmpdir(), "trials-batch-"))
  private readonly environment: Environment
  private readonly children: Array<ChildProcess> = []

  constructor(environment: Environment = {}) {
    this.environment = environment
  }

  /** `within` is a command that runs the command after it, such as `nice`. */
  start(
    args: ReadonlyArray<string>,
    environment: Environment = {},
    within: ReadonlyArray<string> = []
  ): Going {
    const started = Date.now()
    const [command = process.execPath, ...rest] = [...within, process.execPath, binary, ...args]
    const child = spawn(command, rest, {
      cwd: this.folder,
      env: { PATH: process.env["PATH"], HOME: this.folder, ...this.environment, ...environment },
      stdio: ["ignore", "pipe", "pipe"]
    })
    this.children.push(child)
    const out = { stdout: "", stderr: "" }
    const listeners = new Set<() => void>()
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8").on("data", (text: string) => {
        out[name] += text
        for (const listener of listeners) listener()
      })
    }
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code, signal) => resolve({ code, signal, ...out, millis: Date.now() - started }))
    })
    const says = (text: string) =>
      new Promise<void>((resolve, reject) => {
        const look = () => (out.stderr.includes(text) ? resolve() : undefined)
        listeners.add(look)
        look()
        void ended.then((end) => reject(new Error(`ended without "${text}": ${JSON.stringify(end)}`)))
      })
    const wake = () => {
      const again = setInterval(() => child.kill("SIGCONT"), 50)
      void ended.then(() => clearInterval(again))
    }
    return { child, ended, says, wake }
  }

  run(
    args: ReadonlyArray<string>,
    environment: Environment = {},
    within: ReadonlyArray<string> = []
  ): Promise<Ended> {
    return turn(() => this.start(args, environment, within).ended)
  }

  /** Writes a file into the folder and returns its name. */
  file(name: string, content: string): string {
    writeFileSync(join(this.folder, name), content)
    return name
  }

  remove(): void {
    for (const child of this.children) child.kill("SIGKILL")
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Runs a test in a folder that is removed after it. */
export const inFolder =
  (test: (batch: Batch) => Promise<void>, environment: Environment = {}) =>
  async (): Promise<void> => {
    const batch = new Batch(environment)
    try {
      await test(batch)
    } finally {
      batch.remove()
    }
  }

export const ErrorDocument = Schema.Struct({
  error: Schema.Struct({ code: Schema.String, message: Schema.NonEmptyString })
})

/** The only JSON document of an output, decoded with a schema that allows no other field. */
export const document = <A, I>(schema: Schema.Schema<A, I>, { stdout }: Pick<Ended, "stdout">): A => {
  const [line, ...rest] = stdout.trimEnd().split("\n")
  if (line === undefined || rest.length > 0) throw new Error(`not one line: ${stdout}`)
  return Schema.decodeUnknownSync(Schema.parseJson(schema), { onExcessProperty: "error" })(line)
}

const Next = Schema.Struct({ nextAfter: FeedPosition })

/** What `trials changes --json` printed: the changes, and the position after them. */
export const feedOf = ({ stdout }: Pick<Ended, "stdout">) => {
  const lines = stdout.trimEnd().split("\n")
  const versions = documents(TrialVersion, { stdout: lines.slice(0, -1).join("\n") })
  return { versions, ...document(Next, { stdout: lines.at(-1) ?? "" }) }
}

/** The documents of a list, one per line. */
export const documents = <A, I>(
  schema: Schema.Schema<A, I>,
  { stdout }: Pick<Ended, "stdout">
): ReadonlyArray<A> =>
  stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Schema.decodeUnknownSync(Schema.parseJson(schema), { onExcessProperty: "error" })(line))
