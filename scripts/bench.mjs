// npm run bench: installs and builds what is missing, then shows what everything costs. `-- --help` lists the options.
import { prepare } from "./prepare.mjs"

prepare()
await import("../packages/trials-database/bench/main.mjs")
