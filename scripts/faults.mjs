// npm run test:faults: the suites of faults in the form that takes minutes. Arguments go to vitest.
import { prepare } from "./prepare.mjs"
import { faults, runLong } from "./suites.mjs"

prepare()
const { pgBouncer } = await import("../packages/testkit/dist/PgBouncer.js")
if (pgBouncer === null) {
  console.log("PgBouncer is not installed (Debian: apt-get install pgbouncer): its two suites are skipped.")
}
process.exitCode = runLong(faults)
