#!/usr/bin/env node
import { setFlagsFromString } from "node:v8"

// Left to itself, the heap grows to several times of what is alive in it before it is collected.
setFlagsFromString("--heap-growing-percent=100")
setFlagsFromString("--max-semi-space-size=8")

await import("../bundle/main.js")
