// Measures what the pipeline and the library cost on this machine, both engines side by side; see docs/scale.md.
import { mkdtempSync, rmSync } from "node:fs"
import { cpus, tmpdir } from "node:os"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { startPostgres } from "trials-testkit/PostgresServer"
import { censusNights, censusTable } from "./CensusBench.mjs"
import * as Engine from "./Engine.mjs"
import { httpCosts, httpTable } from "./HttpBench.mjs"
import { loadRound } from "./LoadBench.mjs"
import { pageTable, pageTimes } from "./PageBench.mjs"
import { queryTimes, rawTimes } from "./QueryBench.mjs"
import { searchTable, searchTimes } from "./SearchBench.mjs"
import { median, p99 } from "./Stopwatch.mjs"
import { mostTrials, SyntheticKdca } from "./SyntheticKdca.mjs"
import { count, megabytes, millis, ratio, table } from "./Table.mjs"

const usage = `npm run bench -- [--trials N] [--engine sqlite|postgres|both] [--rounds N] [--only kdca|search|http|pages|ctgov]
  --trials   how many of kdca, up to ${count(mostTrials)} (default 100,000)
  --rounds   how often each load is measured (default 3)
  --only     one part: the loads and questions of kdca, a search of mixed words, the API over HTTP (SQLite, Linux; each
             of --trials), its pages, or the nights of ctgov
TRIALS_BENCH_STUDIES is how many studies ctgov has (default 20,000; the registry has about 605,000).
TEST_POSTGRES_URL names a PostgreSQL to use in place of one of our own.`

const options = () => {
  try {
    const { values } = parseArgs({
      options: {
        trials: { type: "string", default: "100000" },
        engine: { type: "string", default: "both" },
        rounds: { type: "string", default: "3" },
        only: { type: "string", default: "" },
        help: { type: "boolean", default: false }
      }
    })
    const trials = Number(values.trials)
    const rounds = Number(values.rounds)
    const studies = Number(process.env.TRIALS_BENCH_STUDIES || "20000")
    const within = (number, most) => Number.isInteger(number) && number >= 1 && number <= most
    const known =
      ["sqlite", "postgres", "both"].includes(values.engine) &&
      ["", "kdca", "search", "http", "pages", "ctgov"].includes(values.only)
    const sized = within(trials, mostTrials) && within(rounds, 100) && within(studies, mostTrials)
    if (!values.help && known && sized) return { ...values, trials, rounds, studies }
  } catch {
    // The option is unknown.
  }
  console.log(usage)
  process.exit(2)
}

const { engine: wanted, only, rounds, studies, trials } = options()
const folder = mkdtempSync(join(tmpdir(), "trials-bench-"))
const closing = [() => rmSync(folder, { recursive: true, force: true })]
let closed
const close = () =>
  (closed ??= (async () => {
    for (const each of closing.reverse()) await each()
  })())
for (const signal of ["SIGINT", "SIGTERM"])
  process.once(signal, () => void close().then(() => process.exit(130)))

const engines = async () => {
  const found = []
  if (wanted !== "postgres") found.push(Engine.sqlite(folder))
  if (wanted !== "sqlite") {
    const given = process.env.TEST_POSTGRES_URL
    if (given !== undefined && given !== "") return [...found, Engine.postgres(given)]
    const server = await startPostgres({ tuned: false })
    closing.push(server.remove)
    found.push(Engine.postgres(server.url))
  }
  return found
}

/** Measures every round on its own databases, the engines in turn. The last ones stay open for the queries. */
const measure = async (found) => {
  const loads = new Map(found.map(({ name }) => [name, []]))
  const open = new Map()
  for (let round = 0; round < rounds; round += 1) {
    for (const engine of found) {
      await open.get(engine.name)?.()
      const database = await engine.open()
      let done
      const closeOnce = () => (done ??= database.close())
      open.set(engine.name, closeOnce)
      closing.push(closeOnce)
      const upstream = new SyntheticKdca(trials)
      console.error(`${engine.name}: load ${round + 1} of ${rounds} …`)
      const results = await loadRound(database, upstream, round)
      loads.get(engine.name).push(results)
      if (round === rounds - 1) {
        console.error(`${engine.name}: queries …`)
        engine.times = await queryTimes(database, upstream)
        if (database.file !== undefined) engine.raw = await rawTimes(database, upstream)
        engine.sizes = await database.sizes()
      }
    }
  }
  return loads
}

const perSecond = (time) => count((trials / time) * 1000)

const loadTable = (name, results) => {
  const titles = { first: "first load", unchanged: "unchanged", changed: "1 % changed" }
  const row = ([step, title]) => {
    const seen = results.map((round) => round.find((each) => each.step === step))
    const of = (key) => median(seen.map((each) => each[key]))
    const ratios = seen.map(({ blind, load }) => blind / load)
    return [
      title,
      millis(of("blind")),
      millis(of("load")),
      ratio(median(ratios)),
      `${ratio(Math.min(...ratios))}–${ratio(Math.max(...ratios))}`,
      perSecond(of("load")),
      perSecond(of("stage")),
      perSecond(of("whole"))
    ]
  }
  return table(`${name}: loading`, [
    ["", "blind ms", "write ms", "ratio", "least–most", "write rows/s", "stage rows/s", "whole run rows/s"],
    ...Object.entries(titles).map(row)
  ])
}

const queryTable = (found) => {
  const names = Object.keys(found[0].times)
  const raw = found.find((engine) => engine.raw !== undefined)?.raw ?? {}
  return table("Queries through the library, in ms", [
    ["", ...found.flatMap(({ name }) => [`${name} median`, "p99"]), "raw SQLite", "ratio"],
    ...names.map((name) => {
      const bare = raw[name]
      return [
        name,
        ...found.flatMap(({ times }) => [millis(median(times[name])), millis(p99(times[name]))]),
        bare === undefined ? "" : millis(median(bare.raw)),
        bare === undefined ? "" : ratio(median(bare.raw) / median(bare.ours))
      ]
    })
  ])
}

const sizeTable = ({ name, sizes }) =>
  table(`${name}: size after the three loads, in MiB with indexes`, [
    ["", "MiB", "bytes per trial"],
    ...sizes.map((each) => [each.name, megabytes(each.bytes), count(each.bytes / trials)])
  ])

const measureKdca = async (found) => {
  const loads = await measure(found)
  console.log(
    `${count(trials)} trials, ${rounds} round(s), Node ${process.versions.node}, ${cpus().length} cores`
  )
  for (const { name } of found) console.log(loadTable(name, loads.get(name)))
  console.log(
    "ratio: time of a blind upsert of the same trials / time of the load's transaction, with versions, search keys,\n" +
      "absences and the ledger. stage: transform and staging of each page. whole run: all of it, from pages in memory."
  )
  console.log(queryTable(found))
  for (const engine of found) console.log(sizeTable(engine))
}

const measureSearch = async (found) => {
  for (const engine of found) {
    console.error(`${engine.name}: search …`)
    const database = await engine.open()
    let closed
    closing.push(() => (closed ??= database.close()))
    const times = await searchTimes(database, trials)
    await closing.at(-1)()
    console.log(searchTable(engine.name, trials, times))
  }
}

const measureHttp = async (found) => {
  const engine = found.find(({ name }) => name === "SQLite")
  if (engine === undefined) return
  console.error("HTTP …")
  const database = await engine.open()
  closing.push(() => database.close())
  console.log(httpTable(trials, await httpCosts(database, new SyntheticKdca(trials), closing)))
}

const measurePages = async (found) => {
  const engine = found.find(({ name }) => name === "SQLite")
  if (engine === undefined) return
  console.error("Pages …")
  const database = await engine.open()
  closing.push(() => database.close())
  console.log(pageTable(trials, await pageTimes(database, new SyntheticKdca(trials), closing)))
}

const measureCtgov = async (found) => {
  for (const { name, place: placeOf } of found) {
    const place = await placeOf()
    let removed
    closing.push(() => (removed ??= place.remove()))
    const nights = await censusNights({ name, place, studies, folder })
    await closing.at(-1)()
    console.log(censusTable(name, studies, nights))
  }
  console.log(
    "ratio: of a run to the same bodies only fetched and parsed. The upstream is on this machine and makes its bodies when\n" +
      "they are asked for, so seconds hold its work, and CPU seconds only that of the run's own process. peak disk: with the\n" +
      "write-ahead log (SQLite) and what is staged."
  )
}

try {
  const found = await engines()
  if (only === "" || only === "kdca") await measureKdca(found)
  if (only === "" || only === "search") await measureSearch(found)
  if (only === "" || only === "http") await measureHttp(found)
  if (only === "" || only === "pages") await measurePages(found)
  if (only === "" || only === "ctgov") await measureCtgov(found)
} finally {
  await close()
}
