import type { Writable } from "node:stream"
import { stripVTControlCharacters } from "node:util"
import { Context, Effect, Layer } from "effect"

type Stream = Pick<Writable, "on" | "off" | "write"> & {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** The two streams and what of the environment decides how they are written to. */
export interface Terminal {
  readonly stdout: Stream
  readonly stderr: Stream
  /** https://no-color.org: any text but the empty one. */
  readonly noColor: boolean
}

/** How a command line wants its answer. */
export interface Mode {
  readonly json: boolean
  readonly quiet: boolean
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
    /** Sets both. */
    readonly wanted: (mode: Mode) => void
    /** A person looks at stderr, so a progress bar may move there. */
    readonly watched: boolean
    /** The width of the terminal in columns; infinite where stdout is none. */
    readonly width: number
    /** Stdout takes no more (`| head`, a full disk): what is left to print need not be made. */
    readonly closed: Effect.Effect<boolean>
    /**
     * Waits until both streams have taken what was written. False where stdout could not take all of it, which it then
     * says on stderr; a reader that has gone needs no more.
     */
    readonly flushed: Effect.Effect<boolean>
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

// C0 and C1 but the line break, and what turns the direction of text around.
// eslint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu

/** Upstream text that cannot move a cursor, ring a bell or turn a line around. */
export const clean = (text: string): string => stripVTControlCharacters(text).replace(unprintable, "")

const written = (stream: Stream): Effect.Effect<void> =>
  Effect.async((resume) => void stream.write("", () => resume(Effect.void)))

export const make = ({ noColor, stderr, stdout }: Terminal): Output["Type"] => {
  let mode: Mode = { json: false, quiet: false }
  let failure: NodeJS.ErrnoException | undefined
  const failed = (error: Error | null | undefined) => {
    failure ??= error ?? undefined
  }
  stdout.on("error", failed)
  // What cannot be told on stderr changes nothing.
  stderr.on("error", () => undefined)
  const shown = (stream: Stream, text: string): string =>
    `${stream.isTTY === true && !noColor ? text : stripVTControlCharacters(text)}\n`
  // A write tells its error at once, the stream only when it is closed.
  const out = (text: string): boolean => failure !== undefined || stdout.write(shown(stdout, text), failed)
  const note = (text: string) => void stderr.write(shown(stderr, text))
  // A slow reader holds the command up: otherwise what it has not read would pile up here.
  const print = (text: string): Effect.Effect<void> =>
    Effect.async((resume) => {
      const done = () => {
        stdout.off("drain", done).off("error", done)
        resume(Effect.void)
      }
      if (out(text)) return resume(Effect.void)
      stdout.on("drain", done).on("error", done)
      return Effect.sync(done)
    })
  const line = (value: unknown) => print(JSON.stringify(value))
  const flushed = Effect.gen(function* () {
    if (failure === undefined) yield* written(stdout)
    // EPIPE: the reader has gone; that is its right and no error of ours.
    const whole = failure === undefined || failure.code === "EPIPE"
    if (!whole)
      note(`trials: Stdout did not take all of the answer (${failure?.code ?? "unknown"}): make room.`)
    yield* written(stderr)
    return whole
  })
  return {
    get json() {
      return mode.json
    },
    get quiet() {
      return mode.quiet
    },
    get watched() {
      return stderr.isTTY === true && !mode.json && !mode.quiet
    },
    wanted: (other) => {
      mode = other
    },
    width: stdout.isTTY === true ? stdout.columns || 80 : Number.POSITIVE_INFINITY,
    closed: Effect.sync(() => failure !== undefined),
    flushed,
    answer: (value, text) => (mode.json ? line(value) : print(text())),
    line: (value) => (mode.json ? line(value) : Effect.void),
    print: (text) => (mode.json ? Effect.void : print(text)),
    text: (text) => void out(text),
    note,
    stopped: (code, message) => {
      if (mode.json) out(JSON.stringify({ error: { code, message } }))
      note(`trials: ${clean(message)}`)
    }
  }
}

export const layer = (output: Output["Type"]): Layer.Layer<Output> => Layer.succeed(Output, output)
