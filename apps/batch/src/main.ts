import { builtin } from "trials-domain/registries"
import { runMain, trialsCommand } from "./index.js"

runMain(trialsCommand({ registries: builtin }))
