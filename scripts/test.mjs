// npm test: installs and builds what is missing, then runs every check and every test. Arguments go to vitest.
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { check } from "./check.mjs"
import { bin, prepare, root } from "./prepare.mjs"

prepare()
const checks = await check()

const folder = mkdtempSync(join(tmpdir(), "trials-test-"))
const file = join(folder, "results.json")
const { status } = spawnSync(
  bin("vitest"),
  [
    "run",
    "--config",
    "vitest.workspace.ts",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`
  ].concat(process.argv.slice(2)),
  { cwd: root, stdio: "inherit", shell: process.platform === "win32" }
)
const results = () => {
  try {
    const { numFailedTests, numPassedTests } = JSON.parse(readFileSync(file, "utf8"))
    return { passed: numPassedTests, failed: numFailedTests }
  } catch {
    return { passed: 0, failed: 0 }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const tests = results()
// A run may fail without a failed test: a file that does not load, an error that nobody awaited.
const failed = checks.failed + (status === 0 ? tests.failed : Math.max(tests.failed, 1))
console.log(`${checks.passed + tests.passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
