// node ../../scripts/clean.mjs: the first step of a workspace's build. What a source that is gone was compiled to would be
// published.
import { rmSync } from "node:fs"

rmSync("dist", { recursive: true, force: true })
