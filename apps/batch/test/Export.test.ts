import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { join } from "node:path"
import { LogLevel } from "effect"
import { expect, it } from "vitest"
import { body, rows } from "./Rows.js"
import { here, within } from "./Within.js"

it(
  "exports the trials of a filter to stdout, or to a file that is there when it is whole",
  here(async ({ file, folder, run }) => {
    const from = file("body.json", body(rows(12)))
    expect(await run(["sync", "--registry", "kdca", "--from", from, "--init"])).toMatchObject({ code: 0 })
    const trials = await run(["export", "--format", "ndjson"])
    const shown = (await run(["search", "--sort", "id", "--json"])).stdout.trim().split("\n")
    const lines = trials.stdout.trim().split("\n")
    expect(trials.code).toBe(0)
    expect(trials.stderr).toMatch(/12 trials, [\d.]+ KB\./)
    expect(lines.map((line) => JSON.parse(line).id)).toEqual(shown.map((line) => JSON.parse(line).id))
    const one = await run(["show", "kdca", "C130003", "--json"])
    expect(lines).toContain(one.stdout.trim())
    expect(await run(["export", "--format", "ndjson", "--output", "-"])).toMatchObject({
      code: 0,
      stdout: trials.stdout,
      stderr: trials.stderr
    })
    expect(existsSync(join(folder, "-"))).toBe(false)

    const path = join(folder, "all.csv")
    const told = await run(["export", "--output", path, "--json", "--excel"])
    expect([told.code, told.stderr]).toEqual([0, ""])
    const bytes = readFileSync(path)
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from("\ufeff"))
    expect(JSON.parse(told.stdout)).toEqual({
      file: path,
      format: "csv",
      publication: expect.any(Number),
      asOf: null,
      trials: 12,
      bytes: bytes.length
    })
    const again = await run(["export", "--output", path])
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("--force")])
    expect(readFileSync(path).equals(bytes)).toBe(true)
    expect((await run(["export", "C130003", "--output", path, "--force", "--quiet"])).stdout).toBe("")
    expect(readFileSync(path, "utf8").split("\r\n")).toHaveLength(3)

    expect((await run(["export", "--format", "ndjson", "--as-of", "2020-01-01"])).stdout).toBe("")
    const parquet = join(folder, "all.parquet")
    expect((await run(["export", "--output", parquet])).stdout).toContain("12 trials")
    expect(readFileSync(parquet).subarray(-4).toString()).toBe("PAR1")
    expect(readdirSync(folder).filter((name) => name.includes("partial"))).toEqual([])
  })
)

it.skipIf(process.platform === "win32")(
  "writes through links, and keeps the permissions and the owner of what it replaces",
  here(async ({ file, folder, run }) => {
    const from = file("body.json", body(rows(3)))
    await run(["sync", "--registry", "kdca", "--from", from, "--init"])
    const at = (name: string) => join(folder, name)
    mkdirSync(at("kept"))
    writeFileSync(at("kept/trials.csv"), "old")
    // 0o666 has what no usual umask leaves.
    chmodSync(at("kept/trials.csv"), 0o666)
    symlinkSync("kept", at("folder"))
    symlinkSync("folder/trials.csv", at("trials.csv"))
    symlinkSync("kept/new.csv", at("new.csv"))
    for (const [link, force, mode] of [
      ["trials.csv", ["--force"], 0o666],
      ["new.csv", [], 0o666 & ~process.umask()]
    ] as const) {
      expect(await run(["export", "--output", at(link), ...force])).toMatchObject({ code: 0 })
      expect([link, lstatSync(at(link)).isSymbolicLink()]).toEqual([link, true])
      expect(readFileSync(at(`kept/${link}`), "utf8")).toContain("C130001")
      expect(statSync(at(`kept/${link}`)).mode & 0o777).toBe(mode)
    }
    chmodSync(at("kept/new.csv"), 0o600)
    const isRoot = process.getuid?.() === 0
    if (isRoot) chownSync(at("kept/new.csv"), 12_345, 12_345)
    expect(await run(["export", "--output", at("new.csv"), "--force"])).toMatchObject({ code: 0 })
    expect(statSync(at("kept/new.csv")).mode & 0o777).toBe(0o600)
    if (isRoot) expect(statSync(at("kept/new.csv"))).toMatchObject({ uid: 12_345, gid: 12_345 })
    // As long as a name may be, about.
    const long = `${"가".repeat(80)}.csv`
    expect(await run(["export", "--output", at(long)])).toMatchObject({ code: 0 })
    expect(existsSync(at(long))).toBe(true)
    expect(readdirSync(at("kept"))).toEqual(["new.csv", "trials.csv"])
  })
)

it(
  "refuses what cannot be exported, and leaves nothing behind",
  here(async ({ file, folder, run }) => {
    const from = file("body.json", body(rows(3)))
    await run(["sync", "--registry", "kdca", "--from", from, "--init"])
    const environment = { TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}` }
    for (const [args, code, message] of [
      [["export"], 2, "--format csv, ndjson, parquet"],
      [["export", "--output", join(folder, "trials.xlsx")], 2, "--format"],
      [["export", "--format", "xml"], 2, "csv, ndjson, parquet"],
      [["export", "--format", "ndjson", "--json"], 2, "--output"],
      [["export", "--format", "ndjson", "--excel"], 2, "CSV"],
      [["export", "--format", "csv", "--scope", "nowhere"], 2, "nowhere"],
      [["export", "--format", "csv", "--registry", "nowhere"], 2, "nowhere"],
      [["export", "--output", "-"], 2, "--format"],
      [["export", "--format", "ndjson", "--output", "-", "--json"], 2, "--output with a file"],
      [["export", "--format", "csv", "--output", folder, "--force"], 2, "regular file"],
      [["export", "--output", join(folder, "none", "trials.csv")], 6, "cannot be written"]
    ] as const) {
      const { code: exit, stderr, stdout } = await run(args)
      expect([args, exit]).toEqual([args, code])
      expect(stderr).toContain(message)
      if (!args.some((each) => each === "--json")) expect(stdout).toBe("")
    }
    const terminal = { stdoutIsTerminal: true, level: LogLevel.Info }
    for (const output of [[], ["--output", "-"]])
      expect(await within(["export", "--format", "parquet", ...output], environment, terminal)).toMatchObject(
        {
          exit: 2,
          stdout: "",
          stderr: expect.stringContaining("terminal")
        }
      )
    const path = join(folder, "shown.csv")
    const watched = await within(["export", "--output", path], environment, {
      stderrIsTerminal: true,
      level: LogLevel.Info
    })
    expect(watched.exit).toBe(0)
    expect(watched.stderr).toContain("exporting")
    expect(existsSync(path)).toBe(true)
    expect(readdirSync(folder).filter((name) => !name.startsWith("trials.db"))).toEqual([
      "body.json",
      "shown.csv"
    ])
  })
)
