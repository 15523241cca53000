import * as Command from "@effect/cli/Command"
import { HashMap } from "effect"
import { describe, expect, it } from "vitest"
import { document, ErrorDocument, inFolder } from "./Batch.js"
import { body, rows } from "./Rows.js"
import { here } from "./Within.js"
import { trials } from "../src/Trials.js"
import packageJson from "../package.json" with { type: "json" }

const usage: ReadonlyArray<readonly [args: ReadonlyArray<string>, says: string]> = [
  [["runs", "nope"], 'no command "runs nope"'],
  [["sync"], "--registry"],
  [["runs", "list", "--nope"], "--nope"],
  [["search", "--limit", "0"], "--limit"],
  [["search", " "], "<text>"],
  [["search", "--title", "\u200b"], "--title"],
  [["show", "kdca", "C130001", "--as-of", "2026-02-30"], "--as-of"],
  [["sync", "--registry", "kdca", "--from", "x.json", "--revision", "all"], "--revision"]
]

const replay = ["sync", "--registry", "kdca", "--from", "x.json"]
const live = ["count", "--registry", "kdca"]

const settings: ReadonlyArray<readonly [name: string, value: string, args: ReadonlyArray<string>]> = [
  ["TRIALS_SHRINK_LIMIT", "90", replay],
  ["ODCLOUD_SERVICE_KEY", "\u2026", live],
  ["ODCLOUD_PAGE_SIZE", "0", live],
  ["ODCLOUD_BASE_URL", "localhost:80", live],
  ["ODCLOUD_REVISION", "newest", live],
  ["TRIALS_UPSTREAM_DEADLINE", "soon", live]
]

describe("the command line", { timeout: 90_000 }, () => {
  it.concurrent(
    "prints its version",
    inFolder(async (batch) => {
      const ended = await batch.run(["--version"])
      expect(ended).toMatchObject({ code: 0, stdout: `${packageJson.version}\n`, stderr: "" })
    })
  )

  it.concurrent(
    "explains itself with examples, exit codes and settings, and without colours in a pipe",
    inFolder(async (batch) => {
      const { code, stderr, stdout } = await batch.run(["sync", "--help"])
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" })
      expect(stdout).toContain("$ trials sync --registry")
      expect(stdout).toContain("trials sync --registry kdca --from body.json")
      expect(stdout).toContain("quarantined")
      expect(stdout).toContain("ODCLOUD_SERVICE_KEY")
      expect(stdout).not.toContain("\u001b")
    })
  )

  it.concurrent(
    "lists every command with its purpose",
    inFolder(async (batch) => {
      const { stdout } = await batch.run(["--help"])
      const listed = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(([, name]) => name)
      expect(listed.sort()).toEqual([...HashMap.keys(Command.getSubcommands(trials))].sort())
    })
  )

  it.concurrent(
    "prints completions for a shell",
    inFolder(async (batch) => {
      const { code, stdout } = await batch.run(["--completions", "bash"])
      expect(code).toBe(0)
      expect(stdout).toContain("complete -F _trials_bash_completions")
    })
  )

  it.each(usage)("%j is refused once, with exit code 2", async (args, says) => {
    await here(async ({ run }) => {
      const { code, stderr, stdout } = await run(args)
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" })
      expect(stderr).toMatch(/^trials: .*\n$/)
      expect(stderr).toContain(says)
    })()
  })

  it.each(settings)("a wrong %s is named", async (name, value, args) => {
    await here(async ({ run }) => {
      const { code, stderr } = await run(args, { [name]: value })
      expect(code).toBe(2)
      expect(stderr).toMatch(new RegExp(`^trials: ${name} must be [^\n]*\n$`))
    })()
  })

  it.concurrent(
    "answers a wrong command line with JSON if JSON is wanted",
    inFolder(async (batch) => {
      const ended = await batch.run(["nope", "--json"])
      expect(ended.code).toBe(2)
      expect(document(ErrorDocument, ended).error.code).toBe("usage")
    })
  )

  it.concurrent(
    "reports a database that does not answer with exit code 6, and without a password",
    inFolder(async (batch) => {
      const ended = await batch.run(["runs", "list", "--json"], {
        TRIALS_DATABASE_URL: "postgres://user:canary@127.0.0.1:1/trials"
      })
      expect(ended.code).toBe(6)
      expect(document(ErrorDocument, ended).error.code).toBe("refused")
      expect(ended.stdout + ended.stderr).not.toContain("canary")
    })
  )

  it.concurrent(
    "reports a driver that does not load with exit code 2, and how to build it",
    inFolder(async (batch) => {
      batch.file("body.json", body(rows(1)))
      // Node's message for an addon that another Node built.
      batch.file(
        "other-node.cjs",
        `process.dlopen = () => {
          const error = new Error("was compiled against a different Node.js version using NODE_MODULE_VERSION 1.")
          throw Object.assign(error, { code: "ERR_DLOPEN_FAILED" })
        }`
      )
      const sync = ["sync", "--registry", "kdca", "--from", "body.json", "--json"]
      const commands = [sync, ["runs", "list", "--json"]]
      for (const args of commands) {
        const ended = await batch.run(args, { NODE_OPTIONS: "--require ./other-node.cjs" })
        expect([args, ended.code]).toEqual([args, 2])
        const { code, message } = document(ErrorDocument, ended).error
        expect([code, message]).toEqual(["driver", expect.stringContaining("npm rebuild better-sqlite3")])
        // This creates the database that the second command then tries to open.
        expect((await batch.run(sync)).code).toBe(0)
      }
    })
  )

  it.concurrent(
    "honours a .env file, but the environment comes first",
    inFolder(async (batch) => {
      // An editor on Windows writes it like this, with a byte order mark.
      batch.file(".env", "\ufeffTRIALS_LOG_LEVEL=loud\r\n")
      const refused = await batch.run(["runs", "list"])
      expect(refused.code).toBe(2)
      expect(refused.stderr).toMatch(/^trials: TRIALS_LOG_LEVEL must be [^\n]*\n$/)
      expect((await batch.run(["runs", "list"], { TRIALS_LOG_LEVEL: "info" })).stderr).not.toContain(
        "TRIALS_LOG_LEVEL"
      )
      batch.file(".env", "TRIALS_LOG_LEVEL: loud\n")
      expect(await batch.run(["runs", "list"])).toMatchObject({
        code: 2,
        stderr: "trials: .env cannot be read: line 1 is not NAME=value.\n"
      })
    })
  )
})
