import type { Writable } from "node:stream"
import { stripVTControlCharacters } from "node:util"
import { Context, Effect, Layer } from "effect"

type Stream = Pick<Writable, "on" | "off" | "write"> & {
  readonly isTTY?: boolean
  readonly columns?: number
}

/** The two streams, and the part of the environment that decides how to write to them. */
export interface Terminal {
  readonly stdout: Stream
  readonly stderr: Stream
  /** https://no-color.org: true for any text but the empty one. */
  readonly noColor: boolean
}

/** How a command prints its answer. */
export interface Mode {
  readonly json: boolean
  readonly quiet: boolean
}

/**
 * Prints a command's answer. With `--json` stdout carries only JSON, one document per line. Colours go only to a
 * terminal whose owner wants them.
 */
export class Output extends Context.Tag("trials-batch/Output")<
  Output,
  {
    readonly json: boolean
    readonly quiet: boolean
    /** Sets the mode. */
    readonly wanted: (mode: Mode) => void
    /** Whether a person watches stderr, so that a progress bar may move there. */
    readonly watched: boolean
    /** The width of the terminal in columns; infinite if stdout is not a terminal. */
    readonly width: number
    /** Whether stdout is a terminal. */
    readonly terminal: boolean
    /** Whether stdout takes no more (`| head`, a full disk), so that a command need not produce the rest. */
    readonly closed: Effect.Effect<boolean>
    /**
     * Waits until both streams have taken everything. False if stdout could not take all of it, which stderr then
     * reports. A reader that has gone is not a failure.
     */
    readonly flushed: Effect.Effect<boolean>
    /** Prints the answer: `value` as JSON, or `text` for a person. */
    readonly answer: (value: unknown, text: () => string) => Effect.Effect<void>
    /** Prints one line of a list with `--json`; nothing for a person. */
    readonly line: (value: unknown) => Effect.Effect<void>
    /** Prints text for a person on stdout; nothing with `--json`. */
    readonly print: (text: string) => Effect.Effect<void>
    /** Writes bytes on stdout as they are, with `--json` too. */
    readonly bytes: (part: Uint8Array) => Effect.Effect<void>
    /** Prints text on stdout that was asked for explicitly, as with --help, even with `--json`. */
    readonly text: (text: string) => void
    /** Prints text for a person on stderr. */
    readonly note: (text: string) => void
    /** Reports why a command stopped: `{error}` on stdout with `--json`, and always one message on stderr. */
    readonly stopped: (code: string, message: string) => void
  }
>() {}

// The control characters C0 and C1 except the line break, and those that change the direction of text.
// eslint-disable-next-line no-control-regex
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu

/** Removes from upstream text what could move a cursor, ring a bell or reverse a line. */
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
  // A failure to write to stderr changes nothing.
  stderr.on("error", () => undefined)
  const shown = (stream: Stream, text: string): string =>
    `${stream.isTTY === true && !noColor ? text : stripVTControlCharacters(text)}\n`
  // A write reports its error immediately, the stream only when it closes.
  const put = (part: string | Buffer): boolean => failure !== undefined || stdout.write(part, failed)
  const out = (text: string): boolean => put(shown(stdout, text))
  const note = (text: string) => void stderr.write(shown(stderr, text))
  // A slow reader holds the command up. Otherwise unread output would pile up here.
  const taken = (part: string | Buffer): Effect.Effect<void> =>
    Effect.async((resume) => {
      const done = () => {
        stdout.off("drain", done).off("error", done)
        resume(Effect.void)
      }
      if (put(part)) return resume(Effect.void)
      stdout.on("drain", done).on("error", done)
      return Effect.sync(done)
    })
  const print = (text: string) => taken(shown(stdout, text))
  const line = (value: unknown) => print(JSON.stringify(value))
  const flushed = Effect.gen(function* () {
    if (failure === undefined) yield* written(stdout)
    // EPIPE: the reader has gone, which is not an error.
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
    terminal: stdout.isTTY === true,
    closed: Effect.sync(() => failure !== undefined),
    flushed,
    answer: (value, text) => (mode.json ? line(value) : print(text())),
    line: (value) => (mode.json ? line(value) : Effect.void),
    print: (text) => (mode.json ? Effect.void : print(text)),
    bytes: ({ buffer, byteLength, byteOffset }) => taken(Buffer.from(buffer, byteOffset, byteLength)),
    text: (text) => void out(text),
    note,
    stopped: (code, message) => {
      if (mode.json) out(JSON.stringify({ error: { code, message } }))
      note(`trials: ${clean(message)}`)
    }
  }
}

export const layer = (output: Output["Type"]): Layer.Layer<Output> => Layer.succeed(Output, output)
