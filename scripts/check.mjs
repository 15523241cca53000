// Every check that is not a test, two at a time; prints what a failing one says.
import { spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join, posix, sep } from "node:path"
import { pathToFileURL } from "node:url"
import { stale } from "./docs.mjs"
import { published } from "./published.mjs"
import { bin, effectTypescript, prepare, root } from "./prepare.mjs"
import { unlisted } from "./suites.mjs"

const workspaces = ["packages", "apps"].flatMap((group) =>
  readdirSync(join(root, group)).map((name) => `${group}/${name}`)
)
const shipped = workspaces.filter(
  (folder) => !JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")).private
)

// It would ask for a newer version of itself.
process.env.REDOCLY_SUPPRESS_UPDATE_NOTICE = "true"

const cache = (name) => join("node_modules", ".cache", `trials-${name}`)

// The longest first, so that none is left for the end.
const checks = [
  // All workspaces in one program, by the compiler that also knows what is wrong with an effect.
  [
    "types and effects",
    [
      "node",
      join(effectTypescript, "lib", "tsc.js"),
      "--noEmit",
      "--incremental",
      "--tsBuildInfoFile",
      cache("types.json")
    ]
  ],
  [
    "format",
    [
      bin("prettier"),
      "--check",
      "--log-level",
      "warn",
      "--cache",
      "--cache-strategy",
      "content",
      "--cache-location",
      cache("format"),
      "."
    ]
  ],
  ...shipped
    .filter((folder) => folder.startsWith("packages/"))
    .map((folder) => [
      `types of ${folder} as published`,
      [bin("attw"), "--pack", folder, "--profile", "esm-only", "--quiet"]
    ]),
  ...shipped.map((folder) => [`publishing ${folder}`, [bin("publint"), folder, "--strict"]]),
  ["unused code and dependencies", [bin("knip"), "--no-progress"]],
  // Its rules are in redocly.yaml, and so is that it tells nobody.
  ["lint of the API's document", [bin("redocly"), "lint"]],
  ["lint", [bin("oxlint"), "--deny-warnings", "packages", "apps", "scripts"]],
  ["workspaces", [bin("sherif")]]
].map(([name, command]) => ({ name, run: () => said(command) }))

/** Runs a command: null where it finds nothing, else what it says. */
function said([command, ...args]) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, shell: process.platform === "win32" })
    let said = ""
    child.stdout.on("data", (chunk) => (said += chunk))
    child.stderr.on("data", (chunk) => (said += chunk))
    child.on("close", (code) => resolve(code === 0 ? null : said.trim() || `exit code ${code}`))
  })
}

// Which packages a package may import (docs/architecture.md).
const allowed = {
  "packages/trials-domain": [],
  "packages/testkit": ["trials-database", "trials-domain"],
  "packages/trials-answers": ["trials-contract", "trials-domain"],
  "packages/trials-contract": ["trials-domain"],
  "packages/trials-database": ["trials-domain"],
  "packages/trials-export": ["trials-domain"],
  "packages/trials-mcp": ["trials-contract", "trials-domain"],
  "packages/trials-release": ["trials-domain"],
  "apps/api": [
    "trials-answers",
    "trials-contract",
    "trials-database",
    "trials-domain",
    "trials-export",
    "trials-mcp",
    "trials-web"
  ],
  "apps/web": ["trials-contract", "trials-domain"],
  "apps/batch": [
    "trials-answers",
    "trials-contract",
    "trials-database",
    "trials-domain",
    "trials-export",
    "trials-mcp",
    "trials-release"
  ]
}

// Which floors of the library a floor may import; a folder that is not here is none (docs/architecture.md).
const below = {
  model: [],
  sql: [],
  registries: ["model"],
  search: ["model", "sql"],
  store: ["registries", "search", "model", "sql"],
  pipeline: ["store", "registries", "search", "model", "sql"],
  queries: ["store", "registries", "search", "model", "sql"]
}

/** What is wrong with the imports of a file of the library: they lead down, or stay in their folder. */
const climbing = (file, text) => {
  const [floor, ...rest] = file.split("/")
  if (rest.length === 0 || floor === "testing") return []
  if (below[floor] === undefined) return [`packages/trials-domain/src/${floor} is not a floor`]
  return [...text.matchAll(/(?:from |import |import\()"(\.[^"]+)"/g)].flatMap(([, name]) => {
    const [target] = posix.join(posix.dirname(file), name).split("/")
    return target === floor || below[floor].includes(target)
      ? []
      : [`packages/trials-domain/src/${file} imports ${name}, which is not below ${floor}`]
  })
}

const imports = async () => {
  const wrong = []
  for (const folder of workspaces) {
    const files = readdirSync(join(root, folder, "src"), { recursive: true }).filter((file) =>
      /\.tsx?$/.test(file)
    )
    for (const file of files) {
      const text = readFileSync(join(root, folder, "src", file), "utf8")
      for (const [, name] of text.matchAll(/(?:from |import\()"(trials-[a-z]+)/g)) {
        if (!allowed[folder].includes(name)) wrong.push(`${folder}/src/${file} imports ${name}`)
      }
      if (folder === "packages/trials-domain") wrong.push(...climbing(file.split(sep).join("/"), text))
      if (
        folder === "packages/trials-domain" &&
        !file.startsWith("testing") &&
        /process\.env|better-sqlite3|@effect\/sql-|"pg"|"express/.test(text)
      ) {
        wrong.push(`${folder}/src/${file} knows its surroundings`)
      }
      if (folder === "packages/trials-contract" && /@effect\/sql/.test(text))
        wrong.push(`${folder}/src/${file} loads SQL`)
    }
  }
  return wrong.length === 0 ? null : wrong.join("\n")
}
checks.push(
  { name: "direction of imports", run: imports },
  {
    name: "a sentence on every export",
    // It needs the compiler, which is not there before the first install.
    run: async () => (await import("./undocumented.mjs")).undocumented()
  },
  { name: "what packages are published with", run: published },
  { name: "lists of long suites", run: () => unlisted(workspaces) },
  {
    name: "workflows",
    // It needs a linter, which is not there either.
    run: async () => (await import("./workflows.mjs")).workflows()
  },
  {
    name: "what is deployed",
    run: async () => (await import("./deployed.mjs")).deployed()
  },
  { name: "generated documents", run: stale }
)

export const check = async () => {
  const failed = []
  const queue = [...checks]
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const said = await next.run()
      console.log(`${said === null ? "✓" : "✗"} ${next.name}`)
      if (said !== null) {
        console.log(said)
        failed.push(next.name)
      }
    }
  }
  await Promise.all([worker(), worker()])
  return { passed: checks.length - failed.length, failed: failed.length }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  prepare()
  const { failed, passed } = await check()
  console.log(`${passed} passed, ${failed} failed`)
  process.exitCode = failed === 0 ? 0 : 1
}
