import { expect, it } from "vitest"
import { hasHook, removesHook } from "../src/sqlite/SqliteDriver.js"

it("only Node 24.19 and later abort, and only with a driver that removes the hook of its objects", () => {
  const versions = ["20.19.0", "22.23.3", "24.0.0", "24.18.1", "24.19.0", "24.21.0", "25.0.0", "26.1.0"]
  expect(versions.filter(hasHook)).toEqual(["24.19.0", "24.21.0", "25.0.0", "26.1.0"])
  // The names of imported functions, as compilers for Linux, macOS and Windows write them.
  const add = "_ZN4node25AddEnvironmentCleanupHookEPN2v87IsolateEPFvPvES3_"
  for (const remove of [
    "_ZN4node28RemoveEnvironmentCleanupHookEPN2v87IsolateEPFvPvES3_",
    "?RemoveEnvironmentCleanupHook@node@@YAXPEAVIsolate@v8@@P6AXPEAX@Z1@Z"
  ]) {
    expect(removesHook(Buffer.from(`\0${add}\0${remove}\0`))).toBe(true)
  }
  expect(removesHook(Buffer.from(`\0${add}\0`))).toBe(false)
})
