import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import { expect, it } from "@effect/vitest"
import { Effect, Either } from "effect"
import * as DotEnv from "../src/model/DotEnv.js"
import { explain, settings } from "../src/model/Environment.js"

const read = (file: Uint8Array | string) =>
  DotEnv.parse(typeof file === "string" ? new TextEncoder().encode(file) : file).pipe(
    Either.map((found) => Object.fromEntries(found)),
    Either.mapLeft(explain)
  )

const text = "A=한국\r\nB=sqlite:./x.db\r\n"
const meant = { A: "한국", B: "sqlite:./x.db" }

it("reads the encodings that editors and shells write", () => {
  const little = Buffer.from(`\ufeff${text}`, "utf16le")
  expect(read(text)).toEqual(Either.right(meant))
  expect(read(`\ufeff${text}`)).toEqual(Either.right(meant))
  expect(read(little)).toEqual(Either.right(meant))
  expect(read(Buffer.from(little).swap16())).toEqual(Either.right(meant))
})

it("refuses what is not text", () => {
  const refused = Either.left(".env cannot be read: it is not text. Save it as UTF-8.")
  // CP949, UTF-16 without its mark, and a database.
  expect(read(Buffer.from([0x41, 0x3d, 0xc7, 0xd1]))).toEqual(refused)
  expect(read(Buffer.from(text, "utf16le"))).toEqual(refused)
  expect(read("SQLite format 3\0")).toEqual(refused)
})

it("reads values with and without quotes, and leaves out comments", () => {
  const file = [
    "",
    "# A=1",
    "  A = a b  # comment",
    "export B='b # b' # comment",
    'C="line\nline"',
    "D=postgres://u:p#w=@h/d",
    "E=",
    "F=# comment",
    "A.b-c=`it's`"
  ]
  const expected = {
    A: "a b",
    B: "b # b",
    C: "line\nline",
    D: "postgres://u:p#w=@h/d",
    E: "",
    F: "",
    "A.b-c": "it's"
  }
  expect(read(file.join("\n"))).toEqual(Either.right(expected))
})

it.each([
  "A=1\nODCLOUD_SERVICE_KEY: abc\n",
  "# A\n\n$env:A = 'x'",
  "A=\nA B=1",
  "\n\nA='it's'",
  "\n\nA='open",
  "A=1\nB='open\nC='x'"
])("a line that is not a setting is named: %j", (file) => {
  const line = file.startsWith("A") ? 2 : 3
  expect(read(file)).toEqual(Either.left(`.env cannot be read: line ${line} is not NAME=value.`))
})

it("settings are trimmed, and empty ones count as not set", () => {
  const found = settings({ A: " a b\n", B: "", C: " \t", D: undefined })
  expect(Object.fromEntries(found)).toEqual({ A: "a b" })
})

const loaded = (file: Effect.Effect<Uint8Array, PlatformError.PlatformError>, environment = {}) =>
  Effect.as(DotEnv.load(environment), environment).pipe(
    Effect.mapError(explain),
    Effect.provide(FileSystem.layerNoop({ readFile: () => file }))
  )

const unreadable = (reason: PlatformError.SystemErrorReason) =>
  Effect.fail(new PlatformError.SystemError({ module: "FileSystem", method: "readFile", reason }))

it.effect("the environment's own settings stay, even if they are empty", () =>
  Effect.gen(function* () {
    const file = Effect.succeed(new TextEncoder().encode("A=1\nB=2\nC=3\n"))
    expect(yield* loaded(file, { A: "own", B: "" })).toEqual({ A: "own", B: "", C: "3" })
    expect(yield* loaded(unreadable("NotFound"), { A: "own" })).toEqual({ A: "own" })
    expect(yield* Effect.flip(loaded(unreadable("PermissionDenied")))).toBe(
      ".env cannot be read: it is not a file that this user can read."
    )
  })
)
