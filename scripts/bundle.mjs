// Makes the bundle of a program, in the folder of its workspace: bundle/main.js and what it imports only when it needs it, with
// the notices of what they hold. Node starts it in a third of the time that the hundreds of files of its libraries take.
import { build } from "esbuild"
import { rmSync } from "node:fs"
import { writeNotices } from "./notices.mjs"

/** Bundles src/main.ts. `external` packages stay outside, beside what is compiled for the machine. */
export const bundle = async (external = []) => {
  rmSync("bundle", { recursive: true, force: true })
  const { metafile } = await build({
    entryPoints: ["src/main.ts"],
    outdir: "bundle",
    bundle: true,
    splitting: true,
    metafile: true,
    format: "esm",
    platform: "node",
    target: "node20.19",
    // What is compiled for the machine, and what pg looks for and can do without.
    external: ["better-sqlite3", "pg-native", ...external],
    // Libraries in CommonJS ask for Node's own modules by `require`, which a module does not have.
    banner: {
      js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);'
    },
    logLevel: "warning"
  })
  writeNotices(metafile, "bundle")
}
