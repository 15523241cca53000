// npm test: installs and builds what is missing, then runs every check and every test. Arguments go to vitest.
import { check } from "./check.mjs"
import { prepare } from "./prepare.mjs"
import { vitest } from "./vitest.mjs"

prepare()
const checks = await check()
const tests = vitest(process.argv.slice(2))
const failed = checks.failed + tests.failed
console.log(`${checks.passed + tests.passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
