// Runs vitest and counts what it reports.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { bin, root } from "./prepare.mjs"

/** Runs tests. A run may fail without a failed test: a file that does not load, an error that nobody awaited. */
export const vitest = (args, env = process.env) => {
  const folder = mkdtempSync(join(tmpdir(), "trials-test-"))
  const file = join(folder, "results.json")
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`]
  spawnSync(bin("vitest"), ["run", "--config", "vitest.workspace.ts", ...reporters, ...args], {
    cwd: root,
    stdio: "inherit",
    env,
    shell: process.platform === "win32"
  })
  try {
    const { numFailedTests, numPassedTests, success } = JSON.parse(readFileSync(file, "utf8"))
    return { passed: numPassedTests, failed: success ? numFailedTests : Math.max(numFailedTests, 1) }
  } catch {
    return { passed: 0, failed: 1 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
