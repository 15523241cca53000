// node scripts/smoke.mjs: does what somebody does first, on any system: installs, collects the sample, serves it, asks the
// API, ends it, and runs the first example of the library. It needs no shell.
import { spawn } from "node:child_process"
import { copyFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { prepare, root } from "./prepare.mjs"

prepare()

const fail = (what) => {
  console.error(`smoke: ${what}`)
  process.exit(1)
}
setTimeout(() => fail("nothing happened for three minutes"), 180_000).unref()

const environment = { ...process.env, ODCLOUD_SERVICE_KEY: "", TRIALS_DATABASE_URL: "", TRIALS_API_PORT: "0" }

/** A program of Node, until it ends; what it says is shown, and handed on. */
const running = (args, cwd, heard = () => undefined) => {
  const child = spawn(process.execPath, args, { cwd, env: environment, stdio: ["ignore", "pipe", "inherit"] })
  let said = ""
  child.stdout.setEncoding("utf8").on("data", (text) => {
    process.stdout.write(text)
    heard((said += text))
  })
  return { child, ended: new Promise((resolve) => child.on("close", (code) => resolve({ code, said }))) }
}

/** What `npm start` runs, ended as Ctrl+C or a closed window ends it. */
const serve = async () => {
  let served
  const { child, ended } = running(["scripts/start.mjs"], root, (said) => {
    served?.(/^ {2}(http:\S+)\/v1\/trials /m.exec(said)?.[1])
  })
  const base = await new Promise((resolve) => {
    served = (found) => found !== undefined && resolve(found)
    ended.then(() => resolve(undefined))
  })
  if (base === undefined) fail("npm start ended before it served")
  const { total } = await (await fetch(`${base}/v1/trials?limit=1`)).json()
  if (total.value !== 145 + 93) fail(`the API has ${total.value} trials, and not the 238 of the samples`)
  child.kill()
  await ended
  for (let tries = 100; ; tries -= 1) {
    const serves = await fetch(`${base}/healthz`).then(
      () => true,
      () => false
    )
    if (!serves) return
    if (tries === 0) fail("the API outlives npm start")
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** The first example of the library's README, in a folder of its own. */
const etl = async () => {
  const library = join(root, "packages", "trials-domain")
  const [, example] = /```ts\r?\n(.*?)```/s.exec(readFileSync(join(library, "README.md"), "utf8"))
  const folder = mkdtempSync(join(tmpdir(), "trials-smoke-"))
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"), "junction")
  copyFileSync(join(library, "sample", "kdca.json"), join(folder, "kdca.json"))
  writeFileSync(join(folder, "etl.mjs"), `${example}\nconsole.log(report.verdict, report.counts.created)\n`)
  const { code, said } = await running(["etl.mjs"], folder).ended
  if (code !== 0 || said.trim() !== "complete 145") fail(`the example of the library ended with ${code}`)
  rmSync(folder, { recursive: true, force: true })
}

await serve()
await etl()
console.log("Installed, collected, served, and loaded by the library.")
