// npm run test:faults: the suites of faults in the form that takes minutes. Arguments go to vitest.
import { spawnSync } from "node:child_process"
import { bin, prepare, root } from "./prepare.mjs"

prepare()
const suites = [
  ...["Crash", "Disk", "Lease", "LostServer", "Stopped"].map((name) => `apps/batch/test/${name}.test.ts`),
  ...["Consumer", "OwnRegistry", "Pooler", "Siege", "Snapshot"].map(
    (name) => `apps/api/test/${name}.test.ts`
  ),
  ...[
    "Migration",
    "PgBouncer",
    "PostgresBehaviour",
    "PostgresHome",
    "PostgresStaging",
    "PostgresStandby",
    "SqliteBehaviour"
  ].map((name) => `packages/trials-database/test/${name}.test.ts`)
]
const { pgBouncer } = await import("../packages/testkit/dist/PgBouncer.js")
if (pgBouncer === null) {
  console.log("PgBouncer is not installed (Debian: apt-get install pgbouncer): its two suites are skipped.")
}
const { status } = spawnSync(
  bin("vitest"),
  ["run", "--config", "vitest.workspace.ts", ...suites, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, TRIALS_FAULTS: "long" },
    shell: process.platform === "win32"
  }
)
process.exitCode = status ?? 1
