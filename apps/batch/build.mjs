// Makes bundle/main.js, the command. The library in dist/ is never bundled: a program that imports it has its libraries once.
import { bundle } from "../../scripts/bundle.mjs"

await bundle(["undici"])
