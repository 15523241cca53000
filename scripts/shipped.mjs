// npm run test:shipped: what leaves this repository, in empty folders, as somebody has it who has nothing else. It takes a
// while, and needs npm's registry and a C++ compiler. Arguments go to vitest.
import { spawnSync } from "node:child_process"
import { bin, prepare, root } from "./prepare.mjs"

prepare()
const suites = [
  ...["Image", "Shipped"].map((name) => `apps/api/test/${name}.test.ts`),
  ...["Release", "ReleaseSize"].map((name) => `apps/batch/test/${name}.test.ts`),
  "packages/trials-release/test/Damage.test.ts"
]

if (process.platform !== "linux" || process.arch !== "x64") {
  console.log("Other Nodes come from npm for Linux on x64 alone: here, only this one's tests run.")
}
const { status } = spawnSync(
  bin("vitest"),
  ["run", "--config", "vitest.workspace.ts", ...suites, ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, TRIALS_SHIPPED: "long" },
    shell: process.platform === "win32"
  }
)
process.exitCode = status ?? 1
