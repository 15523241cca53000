// Makes bundle/main.js, the command with all that it needs in a few files: Node starts it in a third of the time that the
// hundreds of files of its libraries take. What a command imports when it needs it stays in a file of its own. The
// library in dist/ is never bundled: a program that imports it has those libraries once.
import { build } from "esbuild"
import { rmSync } from "node:fs"
import { writeNotices } from "../../scripts/notices.mjs"

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
  external: ["undici", "better-sqlite3", "pg-native"],
  // Libraries in CommonJS ask for Node's own modules by `require`, which a module does not have.
  banner: {
    js: 'import { createRequire as requireOf } from "node:module"; const require = requireOf(import.meta.url);'
  },
  logLevel: "warning"
})
writeNotices(metafile, "bundle")
