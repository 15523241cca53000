import { afterEach, beforeEach, expect, it, vi } from "vitest"
import { whenGone } from "../src/model/Starter.js"

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** A process that was started so, and how often it heard that its starter is gone. */
const started = (env: Readonly<Record<string, string>>, connected?: boolean) => {
  const listeners: Array<() => void> = []
  const one = {
    ppid: 7,
    env,
    ...(connected === undefined ? {} : { connected }),
    on: (_: "disconnect", listener: () => void) => listeners.push(listener)
  }
  const heard = vi.fn()
  whenGone(one, heard)
  return { one, heard, disconnect: () => listeners.forEach((listener) => listener()) }
}

it("a process of npm hears once that its parent is gone", () => {
  const { heard, one } = started({ npm_lifecycle_event: "npx" })
  vi.advanceTimersByTime(5000)
  expect(heard).not.toHaveBeenCalled()
  one.ppid = 1
  vi.advanceTimersByTime(5000)
  expect(heard).toHaveBeenCalledTimes(1)
})

it("without npm a parent may end", () => {
  const { heard, one } = started({})
  one.ppid = 1
  vi.advanceTimersByTime(5000)
  expect(heard).not.toHaveBeenCalled()
})

it("a channel that closes, or is closed already, says so at once", () => {
  const open = started({}, true)
  open.disconnect()
  expect(open.heard).toHaveBeenCalledTimes(1)
  expect(started({}, false).heard).toHaveBeenCalledTimes(1)
})
