// npm run test:faults: the suites of faults in the form that takes minutes. Arguments go to vitest.
import { spawnSync } from "node:child_process"
import { bin, prepare, root } from "./prepare.mjs"

prepare()
const suites = [
  ...["Crash", "Disk", "Lease", "LostServer", "Stopped"].map((name) => `apps/batch/test/${name}.test.ts`),
  ...["Siege", "Snapshot"].map((name) => `apps/api/test/${name}.test.ts`),
  ...["Migration", "PostgresBehaviour", "SqliteBehaviour"].map(
    (name) => `packages/trials-database/test/${name}.test.ts`
  )
]
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
