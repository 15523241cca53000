// npm start: installs and builds what is missing, collects, and serves. Without a service key it reads the samples.
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { prepare, root } from "./prepare.mjs"

const { ppid } = process
process.chdir(root)
prepare()
const { samples, settings } = await import("./settings.mjs")

const set = await settings()
const live = set.has("ODCLOUD_SERVICE_KEY")
// Sample and live data are never mixed: where a setting names the sample's, the command refuses.
const file = live ? "data/trials.db" : "data/sample.db"
const named = live && set.has("TRIALS_DATABASE_URL")
const url = named ? set.get("TRIALS_DATABASE_URL") : `sqlite:./${file}`

// A program of ours ends when the channel to it closes, whatever this process ends by.
let going
let ended = false
const start = (app, name, args, stdout) => {
  going = spawn(process.execPath, [join("apps", app, "bin", name), ...args], {
    env: { ...process.env, TRIALS_DATABASE_URL: url },
    stdio: ["inherit", stdout, "inherit", "ipc"]
  })
  return going
}
const end = () => {
  ended = true
  if (going.connected) going.disconnect()
}
const exitOf = (child) => new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)))
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, end)
// npm may be ended by a signal that it cannot pass on.
if (process.env.npm_lifecycle_event !== undefined) {
  setInterval(() => process.ppid === ppid || end(), 1000).unref()
}

/** Runs once against a registry. Returns the exit code. */
const collect = (registry, ...more) =>
  exitOf(start("batch", "trials.js", ["sync", "--registry", registry, ...more], "inherit"))

const collected = async () => {
  if (live) return collect("kdca", ...(named ? [] : ["--init"]))
  const registries = await samples()
  console.log(
    `No ODCLOUD_SERVICE_KEY is set: reading the samples that come with the project, of ${registries.join(" and ")}.`
  )
  let first = 0
  for (const registry of registries) {
    const status = ended ? 0 : await collect(registry, "--init", "--sample")
    first ||= status
  }
  return first
}

const status = await collected()
if (ended) process.exit(status)
if (status !== 0) {
  const serves = named || existsSync(file)
  console.error(
    serves
      ? "\nA run did not load anything (see above); serving what other runs loaded."
      : "\nThe run did not load anything (see above), and there is nothing to serve yet."
  )
  if (!serves) process.exit(status)
}

// PowerShell has a way of its own to set a variable.
const setting =
  process.platform === "win32" ? `$env:TRIALS_DATABASE_URL="${url}"; ` : `TRIALS_DATABASE_URL=${url} `
const hint = url === "sqlite:./data/trials.db" || named ? "" : setting
const ownUrl = set.get("TRIALS_DATABASE_URL") ?? "sqlite:./data/trials.db"
const place = live ? "the same database" : ownUrl.replace(/^sqlite:/, "").replace(/^postgres.*/, "PostgreSQL")
const addresses = (base) => `
Open ${base} in a browser: what changed, every trial with its history, a search.
Serving beside it, until Ctrl+C:
  ${base}/docs              the API, to try by hand
  ${base}/v1/trials         all trials
  ${base}/v1/changes.atom   what changed lately, for a feed reader
  ${base}/mcp               the tools for agents (docs/agents.md)
In another shell, the command line on the same data:
  ${hint}npx trials search ${live ? "치매" : '"lung cancer"'}
ClinicalTrials.gov as it is today, without a key, into ${place}: about an hour at first, then minutes a night
  npx trials sync --registry ctgov
`
const api = start("api", "trials-api.js", [], "pipe")
// The API says where it is once it listens; a log line comes from it whole.
api.stdout.setEncoding("utf8").on("data", (text) => {
  process.stdout.write(text)
  const [, base] = /^The API is at (\S+),/m.exec(text) ?? []
  if (base !== undefined) console.log(addresses(base))
})
// Who has stopped reading what is said here may read what is served.
process.stdout.on("error", () => undefined)
process.exitCode = await exitOf(api)
