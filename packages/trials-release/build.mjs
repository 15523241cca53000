// Makes dist/nightly.mjs: the steps of the nightly workflow's second job in one file, which `trials init ci` writes into a
// repository. That job has the right to write, so it runs nothing but this file and Node: it must be readable.
import { build } from "esbuild"

await build({
  entryPoints: ["src/nightly/main.ts"],
  outfile: "dist/nightly.mjs",
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20.19",
  charset: "utf8",
  banner: {
    js: [
      "// The steps of the nightly workflow that publish a release on GitHub: Node alone, no packages. Written by",
      "// `trials init ci`, which also brings it up to date; its sources are packages/trials-release/src/nightly."
    ].join("\n")
  },
  logLevel: "warning"
})
