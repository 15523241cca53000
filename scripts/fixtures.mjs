// Writes the fixtures of trials-contract/mock: what the API answers over four runs that read a part of the sample. The
// runs get times and ids that do not depend on when they were made, so that the same sources give the same file.
import { deepEqual } from "node:assert/strict"
import { execFile, spawn } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { promisify } from "node:util"
import { prepare, root } from "./prepare.mjs"

const file = "packages/trials-contract/src/mock/fixtures/answers.json"

const edited = "C130010"
const added = "C130012"
const dropped = "C160028"
const others = [
  "C100002",
  "C110004",
  "C110007",
  "C130002",
  "C130011",
  "C140009",
  "C150004",
  "C150009",
  "C160005",
  "C160027",
  "C160042"
]

/** When each run begins here. */
const beginnings = ["2026-10-05", "2026-11-05", "2026-11-20", "2026-11-23"].map(
  (day) => `${day}T18:00:00.000Z`
)

prepare()
const folder = mkdtempSync(join(tmpdir(), "trials-fixtures-"))
const env = {
  ...process.env,
  TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}`,
  TRIALS_API_PORT: "0",
  ODCLOUD_SERVICE_KEY: ""
}

const sample = JSON.parse(readFileSync(join(root, "packages/trials-domain/sample/kdca.json"), "utf8"))
const rowsOf = (ids) => sample.data.filter((row) => ids.includes(row["과제번호"]))

/** One run over rows. Its verdict may be one that loads nothing. */
const run = async (data) => {
  const from = join(folder, "kdca.json")
  const [currentCount, matchCount, totalCount] = Array(3).fill(data.length)
  writeFileSync(from, JSON.stringify({ ...sample, data, currentCount, matchCount, totalCount }))
  const args = ["apps/batch/bin/trials.js", "sync", "--registry", "kdca", "--from", from, "--init", "--json"]
  await promisify(execFile)(process.execPath, args, { cwd: root, env }).catch(({ code, stderr }) => {
    if (code !== 3) throw new Error(stderr)
  })
}

const serving = () =>
  new Promise((resolve, reject) => {
    const api = spawn(process.execPath, ["apps/api/bin/trials-api.js"], { cwd: root, env })
    let said = ""
    api.stdout.on("data", (chunk) => {
      said += chunk
      const [url] = /http:\/\/[^\s,]+/.exec(said) ?? []
      if (url !== undefined) resolve({ api, url })
    })
    api.on("close", () => reject(new Error(`the API ended: ${said}`)))
  })

const ask = async (url) => (await fetch(url)).json()

/** The answers with the times and ids of the runs replaced by those of here. */
const settled = (answers) => {
  const { changes, quality, registries, runs } = answers
  let text = JSON.stringify({ changes, registries, quality, runs })
  for (const [n, { runId, startedAt, finishedAt }] of runs.toReversed().entries()) {
    const begins = Date.parse(beginnings[n])
    const stamp = beginnings[n].replaceAll(/[-:]|\.000/g, "")
    text = text
      .replaceAll(runId, `${stamp}-run00${n + 1}`)
      .replaceAll(`:${runId.slice(-6)}"`, `:run00${n + 1}"`)
      .replaceAll(/"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"/g, (whole, instant) =>
        instant >= startedAt && instant <= finishedAt
          ? `"${new Date(begins + 60_000 * (instant === startedAt ? 0 : instant === finishedAt ? 2 : 1)).toISOString()}"`
          : whole
      )
  }
  return JSON.parse(text, (name, value) => (/^(?:countedA|a)geSeconds$/.test(name) ? 3600 : value))
}

try {
  const first = rowsOf([edited, dropped, ...others])
  const target = "전체목표연구대상자수"
  await run(first.map((row) => (row["과제번호"] === edited ? { ...row, [target]: "100" } : row)))
  await run(first.slice(0, 5))
  const last = rowsOf([edited, added, ...others])
  await run(last)
  // A trial disappears when a second run misses it.
  await run(last)
  const { api, url } = await serving()
  try {
    const { items } = await ask(`${url}/v1/runs`)
    const answers = {
      changes: await ask(`${url}/v1/changes?limit=1000`),
      registries: await ask(`${url}/v1/registries`),
      quality: await ask(`${url}/v1/registries/kdca/quality`),
      runs: await Promise.all(items.map(({ runId }) => ask(`${url}/v1/runs/${runId}`)))
    }
    // The mock gives the trial of the last version.
    for (const { id, trial } of new Map(answers.changes.items.map((each) => [each.id, each])).values())
      deepEqual(await ask(`${url}/v1/trials/kdca/${id}`), trial)
    writeFileSync(join(root, file), `${JSON.stringify(settled(answers), null, 1)}\n`)
  } finally {
    api.removeAllListeners("close")
    api.kill()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
