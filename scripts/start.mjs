// npm start: installs and builds what is missing, collects, and serves. Without a service key it reads the sample.
import { spawn, spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { prepare, root } from "./prepare.mjs"

process.chdir(root)
if (existsSync(".env")) process.loadEnvFile()
prepare()

const live = Boolean(process.env.ODCLOUD_SERVICE_KEY)
// Sample and live data are never mixed.
const file = live ? "data/trials.db" : "data/sample.db"
const url = (live && process.env.TRIALS_DATABASE_URL) || `sqlite:./${file}`
const environment = { ...process.env, TRIALS_DATABASE_URL: url }

if (!live) {
  console.log("No ODCLOUD_SERVICE_KEY is set: reading the sample of 145 trials that comes with the project.")
}
if (live && url.endsWith("sample.db")) {
  console.error(
    "TRIALS_DATABASE_URL names the sample's database. Name another: live trials are not mixed with it."
  )
  process.exit(2)
}
const named = live && Boolean(process.env.TRIALS_DATABASE_URL)
const arguments_ = [
  join("apps", "batch", "bin", "trials.js"),
  "sync",
  "--registry",
  "kdca",
  ...(named ? [] : ["--init"]),
  ...(live ? [] : ["--from", join("packages", "trials-domain", "sample", "kdca.json")])
]
const { status } = spawnSync(process.execPath, arguments_, { env: environment, stdio: "inherit" })
if (status !== 0) {
  const serves = named || existsSync(file)
  console.error(
    serves
      ? "\nThe run did not load anything (see above); serving what earlier runs loaded."
      : "\nThe run did not load anything (see above), and there is nothing to serve yet."
  )
  if (!serves) process.exit(status ?? 1)
}

const hint = url === "sqlite:./data/trials.db" || named ? "" : `TRIALS_DATABASE_URL=${url} `
const addresses = (base) => `
Serving, until Ctrl+C:
  ${base}/docs              the API, to try by hand
  ${base}/v1/trials         all trials
  ${base}/v1/trials/recent  what changed in the last seven days
In another shell, the command line on the same data:
  ${hint}npx trials search 치매
`
const api = spawn(process.execPath, [join("apps", "api", "bin", "trials-api.js")], {
  env: environment,
  stdio: ["inherit", "pipe", "inherit"]
})
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => api.kill(signal))
api.on("exit", (code) => (process.exitCode = code ?? 1))
// The API says where it is once it listens; a log line comes from it whole.
api.stdout.setEncoding("utf8").on("data", (text) => {
  process.stdout.write(text)
  const [, base] = /^The API is at (\S+),/m.exec(text) ?? []
  if (base !== undefined) console.log(addresses(base))
})
