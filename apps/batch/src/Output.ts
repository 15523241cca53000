import { stripVTControlCharacters } from "node:util"
import { Context, Effect, Layer } from "effect"

/** The two streams and what of the environment decides how they are written to. */
export interface Terminal {
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  /** https://no-color.org: any text but the empty one. */
  readonly noColor: boolean
}

/**
 * Where a command's answer goes. With `--json` stdout carries JSON, one document a line, and nothing else;
 * colours reach only a terminal whose owner wants them.
 */
export class Output extends Context.Tag("trials-batch/Output")<
  Output,
  {
    readonly json: boolean
    readonly quiet: boolean
    /** A person looks at stderr, so a progress bar may move there. */
    readonly watched: boolean
    /** The width of the terminal in columns; infinite where stdout is none. */
    readonly width: number
    /** Nobody reads stdout any more (`| head`): what is left to print need not be made. */
    readonly closed: Effect.Effect<boolean>
    /** The answer: `value` as JSON, or `text` for a person. */
    readonly answer: (value: unknown, text: () => string) => Effect.Effect<void>
    /** A line of a list that `--json` prints; nothing for a person. */
    readonly line: (value: unknown) => Effect.Effect<void>
    /** For a person on stdout; nothing with `--json`. */
    readonly print: (text: string) => Effect.Effect<void>
    /** A text on stdout that was asked for in so many words, as with --help: also with `--json`. */
    readonly text: (text: string) => void
    /** For a person, on stderr. */
    readonly note: (text: string) => void
    /** A run that was stopped: `{error}` on stdout with `--json`, and always one message on stderr. */
    readonly stopped: (code: string, message: string) => void
  }
>() {}

// The command line is read once more here, because a wrong one is to be answered in the wanted form too.
const flag = (argv: ReadonlyArray<string>, name: string): boolean => {
  const end = argv.indexOf("--")
  return (end === -1 ? argv : argv.slice(0, end)).includes(name)
}

// C0 and C1 but the line break, and what turns the direction of text around.
// eslint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu

/** Upstream text that cannot move a cursor, ring a bell or turn a line around. */
export const clean = (text: string): string => stripVTControlCharacters(text).replace(unprintable, "")

export const make = (argv: ReadonlyArray<string>, { noColor, stderr, stdout }: Terminal): Output["Type"] => {
  const json = flag(argv, "--json")
  const quiet = flag(argv, "--quiet")
  let closed = false
  const closing = () => {
    closed = true
  }
  // EPIPE: the reader has gone; that is its right and no error of ours.
  stdout.on("error", closing)
  stderr.on("error", closing)
  const write = (stream: NodeJS.WriteStream, text: string) => {
    if (closed && stream === stdout) return
    stream.write(`${stream.isTTY && !noColor ? text : stripVTControlCharacters(text)}\n`)
  }
  const note = (text: string) => write(stderr, text)
  const line = (value: unknown) => Effect.sync(() => write(stdout, JSON.stringify(value)))
  const print = (text: string) => Effect.sync(() => write(stdout, text))
  return {
    json,
    quiet,
    watched: stderr.isTTY && !json && !quiet,
    width: stdout.isTTY ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
    closed: Effect.sync(() => closed),
    answer: (value, text) => (json ? line(value) : print(text())),
    line: (value) => (json ? line(value) : Effect.void),
    print: (text) => (json ? Effect.void : print(text)),
    text: (text) => write(stdout, text),
    note,
    stopped: (code, message) => {
      if (json) write(stdout, JSON.stringify({ error: { code, message } }))
      note(`trials: ${clean(message)}`)
    }
  }
}

export const layer = (output: Output["Type"]): Layer.Layer<Output> => Layer.succeed(Output, output)
