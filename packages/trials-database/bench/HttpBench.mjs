import { spawn } from "node:child_process"
import { readFileSync } from "node:fs"
import { Agent, get } from "node:http"
import { fileURLToPath } from "node:url"
import * as Sync from "trials-domain/Sync"
import { Effect } from "effect"
import { median } from "./Stopwatch.mjs"
import { words } from "./SyntheticKdca.mjs"
import { count, millis, ratio, table } from "./Table.mjs"

const rounds = 5
const requests = 2000
const connections = 8

const programs = {
  api: fileURLToPath(new URL("../../../apps/api/bin/trials-api.js", import.meta.url)),
  raw: fileURLToPath(new URL("RawServer.mjs", import.meta.url))
}

/** Starts a server, and returns its address once it says so. */
const started = async (program, file, env) => {
  const child = spawn(process.execPath, [programs[program], ...(program === "raw" ? [file] : [])], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ["ignore", "pipe", "ignore"]
  })
  const url = await new Promise((resolve, reject) => {
    let out = ""
    child.stdout.on("data", (chunk) => {
      out += String(chunk)
      const [found] = /http:\/\/[\w.]+:\d+/.exec(out) ?? []
      if (found !== undefined) resolve(found)
    })
    child.once("exit", () => reject(new Error(`${program} ended before it listened`)))
  })
  return { child, url }
}

/** Seconds of CPU that a process has taken. The system counts a hundredth of them. */
const cpuOf = ({ pid }) => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ")
  return (Number(fields[11]) + Number(fields[12])) / 100
}

const fetched = (url, agent) =>
  new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume()
      response.once("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode} for ${url}`))
      )
    }).once("error", reject)
  })

/** Milliseconds of the server's CPU for a request. */
const cost = async ({ child, url }, path) => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  for (let n = 0; n < 50; n += 1) await fetched(url + path, agent)
  const before = cpuOf(child)
  let left = requests
  const one = async () => {
    while (left > 0) {
      left -= 1
      await fetched(url + path, agent)
    }
  }
  await Promise.all(Array.from({ length: connections }, one))
  agent.destroy()
  return ((cpuOf(child) - before) * 1000) / requests
}

/** What the API takes for an answer that it has kept, and what a bare server takes that reads it; in turn. */
export const httpCosts = async ({ file, writer }, upstream, closing) => {
  await writer.runPromise(Effect.provide(Sync.run(), upstream.layer))
  const servers = {
    api: await started("api", file, {
      TRIALS_DATABASE_URL: `sqlite:${file}`,
      TRIALS_API_PORT: "0",
      TRIALS_API_RATE_LIMIT: "0"
    }),
    raw: await started("raw", file, {})
  }
  for (const { child } of Object.values(servers)) closing.push(() => child.kill())
  const word = encodeURIComponent(words.frequent)
  const paths = {
    "one trial": `/v1/trials/kdca/${upstream.id(77)}`,
    "20 newest": "/v1/trials",
    "search, frequent": `/v1/trials?q=${word}`,
    "search, rare": `/v1/trials?q=${encodeURIComponent(words.rare)}`
  }
  const seen = Object.fromEntries(Object.keys(paths).map((name) => [name, { api: [], raw: [] }]))
  for (let round = 0; round < rounds; round += 1)
    for (const [name, path] of Object.entries(paths))
      for (const [program, server] of Object.entries(servers))
        seen[name][program].push(await cost(server, path))
  return seen
}

export const httpTable = (trials, seen) =>
  [
    table(
      `The API over HTTP among ${count(trials)} trials: milliseconds of CPU for an answer that it has kept`,
      [
        ["", "API", "raw", "ratio"],
        ...Object.entries(seen).map(([name, { api, raw }]) => [
          name,
          millis(median(api)),
          millis(median(raw)),
          ratio(median(raw) / median(api))
        ])
      ]
    ),
    "raw: the same trials by a bare node:http server, from one prepared statement of the driver and JSON.stringify, without\n" +
      "ids, log or limits. ratio above 1: the API takes less."
  ].join("\n")
