// npm run test:shipped: what leaves this repository, in empty folders, as somebody has it who has nothing else: packages, the
// image, releases, and nights of the workflow. It takes a while, and needs npm's registry and a C++ compiler. Arguments go to
// vitest.
import { prepare } from "./prepare.mjs"
import { runLong, shipped } from "./suites.mjs"

prepare()
if (process.platform !== "linux" || process.arch !== "x64") {
  console.log("Other Nodes come from npm for Linux on x64 alone: here, only this one's tests run.")
}
process.exitCode = runLong(shipped)
