import { LogLevel } from "effect"
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { RunReport } from "trials-domain/Run"
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest"
import { document } from "./Batch.js"
import { body, rows } from "./Rows.js"
import { type Told, type Watching, within } from "./Within.js"

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-terminal-"))
  writeFileSync(join(folder, "body.json"), body(rows(5)))
  // Node does not colour text for a process that writes to a pipe, as the tests' process may.
  vi.stubEnv("FORCE_COLOR", "1")
})
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const sync = (watching: Watching, ...more: ReadonlyArray<string>): Promise<Told> =>
  within(
    ["sync", "--registry", "kdca", "--init", "--from", join(folder, "body.json"), ...more],
    { TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}` },
    { level: LogLevel.Info, noColor: false, ...watching }
  )

const both = { stdoutIsTerminal: true, stderrIsTerminal: true }

const progress = /reading .* of 5[^]*loading .* of 5/
// oxlint-disable-next-line no-control-regex -- the test looks for it
const colour = /\u001b\[[\d;]*m/

describe("a terminal", () => {
  it("shows progress only on stderr, and a report in colours", async () => {
    const { exit, stderr, stdout } = await sync(both)
    expect(exit).toBe(0)
    expect(stderr).toMatch(progress)
    expect(stdout).toMatch(colour)
    expect(stdout).not.toMatch(/reading|loading/)
    expect(stdout).toContain("5 created")
  })

  it("is told what a run would load that loads nothing", async () => {
    const { stdout } = await sync({ ...both, noColor: true }, "--dry-run")
    expect(stdout).toMatch(/^would load 5 created$/m)
    expect(stdout).toMatch(/^proof {5}one-response: the whole list came in one response/m)
    expect((await sync({ ...both, noColor: true })).stdout).toMatch(/^loaded {4}5 created$/m)
  })

  it("that wants no colours gets none", async () => {
    const { stderr, stdout } = await sync({ ...both, noColor: true })
    expect(stderr).toMatch(progress)
    expect(stdout).toMatch(/^complete {2}kdca\n/)
    for (const text of [stdout, stderr]) expect(text).not.toMatch(colour)
    const help = await within(["sync", "--help"], {}, { ...both, noColor: true })
    expect(help.stdout).toContain("$ trials sync")
    expect(help.stdout).not.toMatch(colour)
  })

  it("shows nothing of a good run with --quiet", async () => {
    expect(await sync(both, "--quiet")).toMatchObject({ exit: 0, stdout: "", stderr: "" })
  })

  it("gets one document and no progress with --json", async () => {
    const told = await sync(both, "--json")
    expect(told.stderr).toBe("")
    expect(document(RunReport, told)).toMatchObject({ verdict: "complete" })
  })
})

describe("a pipe", () => {
  it("gets no progress and no escapes, whichever stream it is", async () => {
    const neither = await sync({})
    expect(neither.stdout).toMatch(/^complete {2}kdca\n/)
    expect(neither).toMatchObject({ exit: 0, stderr: "" })
    expect(neither.stdout).not.toContain("\u001b")

    const out = await sync({ stderrIsTerminal: true })
    expect(out.stdout).toMatch(/^unchanged {2}kdca\n/)
    expect(out.stdout).not.toContain("\u001b")
    expect(out.stderr).toMatch(progress)

    const error = await sync({ stdoutIsTerminal: true })
    expect(error.stdout).toMatch(colour)
    expect(error.stderr).toBe("")
  })
})

describe("an option", () => {
  it("--json gives JSON in every form that the parser takes, on right and wrong command lines", async () => {
    for (const [form, wanted] of [
      [["--json"], true],
      [["--json=true"], true],
      [["--json", "yes"], true],
      [["--json=1"], true],
      [["--json=false"], false],
      [["--json", "no"], false]
    ] as const) {
      const shape = wanted ? /^\{"/ : /^(?!\{)/
      const right = await sync({}, ...form)
      expect([form, right.exit, right.stdout]).toEqual([form, 0, expect.stringMatching(shape)])
      const wrong = await within(["runs", "list", "--nope", ...form], {})
      expect([form, wrong.exit, wrong.stdout]).toEqual([form, 2, expect.stringMatching(shape)])
    }
    // Here `--json` is a title.
    const titled = await within(["search", "--title", "--json"], {
      TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}`
    })
    expect(titled).toMatchObject({ exit: 0, stdout: "0 trials.\n" })
  })

  it("--quiet is quiet in every form", async () => {
    expect(await sync({}, "--quiet=true")).toMatchObject({ exit: 0, stdout: "" })
    expect((await sync({}, "--quiet=false")).stdout).toContain("unchanged")
  })
})

// The `script` of util-linux gives a command a terminal.
const script = "/usr/bin/script"
const runs = existsSync(script) && process.platform === "linux"

describe.skipIf(!runs)("the program on a real terminal", { timeout: 60_000 }, () => {
  const binary = fileURLToPath(new URL("../bin/trials.js", import.meta.url))
  const onTerminal = (redirected: string, environment: Readonly<Record<string, string>> = {}): string =>
    spawnSync(
      script,
      [
        "-qec",
        `"${process.execPath}" "${binary}" sync --registry kdca --from body.json ${redirected}`,
        "/dev/null"
      ],
      {
        cwd: folder,
        env: { PATH: process.env["PATH"], HOME: folder, TERM: "xterm", ...environment },
        stdio: ["ignore", "pipe", "pipe"],
        encoding: "utf8"
      }
    ).stdout

  it("writes each stream's own output, and heeds NO_COLOR", () => {
    const shown = onTerminal("")
    expect(shown).toMatch(progress)
    expect(shown).toMatch(colour)
    const plain = onTerminal("", { NO_COLOR: "1" })
    expect(plain).toMatch(progress)
    expect(plain).not.toMatch(colour)
    expect(onTerminal(">out")).toMatch(progress)
    const out = readFileSync(join(folder, "out"), "utf8")
    expect(out).toMatch(/^unchanged {2}kdca\n/)
    expect(out).not.toContain("\u001b")
    expect(onTerminal("2>error")).not.toMatch(/reading|loading/)
    expect(readFileSync(join(folder, "error"), "utf8")).toBe("")
    expect(onTerminal("--quiet")).toBe("")
  })
})
