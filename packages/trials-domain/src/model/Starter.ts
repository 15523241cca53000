/**
 * What started a process, and when it is gone. A signal to npm (`npx`, `npm start`) ends npm and its shell, and never comes
 * to what they run, which would go on without anybody.
 *
 * @module
 */

/** A process, as far as that concerns. Node's own is one. */
export interface Started {
  /** Its parent; another one, once that has ended. */
  readonly ppid: number
  readonly env: Readonly<Record<string, string | undefined>>
  /** Whether the channel to the program that started it is open, where it was given one. */
  readonly connected?: boolean
  readonly on: (event: "disconnect", listener: () => void) => unknown
}

/** How often the parent is looked at, in milliseconds. */
const often = 500

/**
 * Calls back once who started the process is gone: the channel to it is closed, or the process was started through npm and
 * has lost its parent. Without npm a parent may end, as the shell of `nohup` does.
 */
export const whenGone = (started: Started, then: () => void): void => {
  started.on("disconnect", then)
  if (started.connected === false) then()
  if ((started.env["npm_lifecycle_event"] ?? "") === "") return
  const { ppid } = started
  const looking = setInterval(() => {
    if (started.ppid === ppid) return
    clearInterval(looking)
    then()
  }, often)
  looking.unref()
}
