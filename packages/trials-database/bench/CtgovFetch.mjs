// A process of its own, the yardstick: the bodies that a run asked for, fetched again and parsed, and nothing else.
import { readFileSync } from "node:fs"
import { costs } from "./Costs.mjs"

const addresses = readFileSync(process.argv[2], "utf8").trimEnd().split("\n")

for (const address of addresses) JSON.parse(await (await fetch(address)).text())
process.send({ requests: addresses.length, ...costs() })
process.disconnect()
