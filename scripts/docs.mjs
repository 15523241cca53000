// What is generated: the command line's help, the API's document, and this repository's nightly workflow. `npm run docs`
// writes it, and `npm run check` fails where it is not as it would be written now.
import { execFile } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { pathToFileURL } from "node:url"
import { promisify } from "node:util"
import { prepare, root } from "./prepare.mjs"

const execute = promisify(execFile)

const helpOf = async (path) => {
  const { stdout } = await execute(process.execPath, ["apps/batch/bin/trials.js", ...path, "--help"], {
    cwd: root
  })
  // The first line tells the version.
  return stdout.slice(stdout.indexOf("USAGE"))
}

/** The help of a command, and of those that its index names (`  sync  one run: …`). */
const sectionsOf = async (path) => {
  const help = await helpOf(path)
  // Exit codes and settings stand under every command; here once.
  const [own = ""] = help.split("EXIT CODES")
  const text = (path.length === 0 ? help : own).trim()
  const section = `## ${["trials", ...path].join(" ")}\n\n\`\`\`text\n${text}\n\`\`\`\n`
  if (!own.includes("<command>")) return [section]
  const sections = [section]
  for (const [, name] of own.matchAll(/^ {2}([a-z]+) {2,}\S/gm))
    sections.push(...(await sectionsOf([...path, name])))
  return sections
}

const commandLine = async () =>
  `# The command line\n\nWritten from \`--help\` by \`npm run docs\`.\n\n${(await sectionsOf([])).join("\n")}`

const api = () => readFileSync(join(root, "packages/trials-contract/dist/openapi.json"), "utf8")

/** This repository's own nightly workflow: the one that `trials init ci` writes, with the command as it is built here. */
const nightly = async () => {
  const { workflow } = await import("trials-release/nightly")
  return workflow({
    registries: ["kdca"],
    secrets: ["ODCLOUD_SERVICE_KEY"],
    cron: "47 18 * * *",
    // A copy of this repository has no key unless its owner gives it one.
    condition: "vars.TRIALS_NIGHTLY == 'yes'",
    packages: [
      "npm ci --ignore-scripts",
      "npm rebuild better-sqlite3 --ignore-scripts=false",
      "npm run build",
      'echo "$PWD/node_modules/.bin" >> "$GITHUB_PATH"'
    ],
    origin: "Written by `npm run docs`. It runs where the variable TRIALS_NIGHTLY is yes."
  })
}

const publishing = () => readFileSync(join(root, "packages/trials-release/dist/nightly.mjs"), "utf8")

/** What each refusal means: the table that the API refuses by. */
const errors = async () => {
  const { problemNames, sectionOf } = await import("trials-contract")
  const introduction = `# Refusals

Every refusal is \`application/problem+json\` (RFC 9457). Its \`type\` is an address below that of the API whose last part is one of
the headings below: \`https://example.org/trials/problems/invalid-cursor\` where the operator has set TRIALS_PUBLIC_URL, else
\`/problems/invalid-cursor\`, which behind a proxy with a prefix is found below the prefix. The last part stays as it is from
version to version: a client compares that, or asks \`nameOf\` of \`trials-contract\`. \`detail\` says what to do about this request, \`instance\` which path it was, and
\`errors\`, where it is there, what is wrong with each parameter. X-Request-Id names the request in the log. An API serves
this list at \`/problems\`. Written from the table that the API refuses by, by \`npm run docs\`.
`
  return [introduction, ...problemNames.map(sectionOf)].join("\n")
}

const documents = {
  "docs/cli.md": commandLine,
  "docs/openapi.json": api,
  "docs/errors.md": errors,
  ".github/workflows/nightly.yml": nightly,
  ".github/trials/publish.mjs": publishing
}

const kept = (file) => {
  try {
    return readFileSync(join(root, file), "utf8")
  } catch {
    return null
  }
}

/** What is wrong with the generated files; null where nothing is. */
export const stale = async () => {
  const wrong = []
  for (const [file, make] of Object.entries(documents)) {
    if (kept(file) !== (await make())) wrong.push(`${file} is not what it would be now: npm run docs`)
  }
  return wrong.length === 0 ? null : wrong.join("\n")
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  prepare()
  for (const [file, make] of Object.entries(documents)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), await make())
  }
}
