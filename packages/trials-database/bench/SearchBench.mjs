import { Effect } from "effect"
import { monitorEventLoopDelay } from "node:perf_hooks"
import { GiveWay } from "trials-domain/Sliced"
import * as Sync from "trials-domain/Sync"
import { TrialQueries } from "trials-domain/TrialQueries"
import { median, p99 } from "./Stopwatch.mjs"
import { questions, SyntheticWords } from "./SyntheticWords.mjs"
import { count, millis, table } from "./Table.mjs"

const most = 200
const mostMillis = 4000

// As the API does it: between two steps, others are answered.
const giveWay = Effect.async((resume) => void setImmediate(() => resume(Effect.void)))

const asked = (request) =>
  Effect.flatMap(TrialQueries, ({ list }) => list({ limit: 20, ...request })).pipe(
    Effect.provideService(GiveWay, giveWay)
  )

const requests = {
  ...Object.fromEntries(Object.entries(questions).map(([name, filter]) => [name, { filter }])),
  "frequent, by id": { filter: questions["frequent word"], sort: "id" },
  "two facets, frequent": { filter: questions["frequent word"], facets: ["status", "condition"] },
  "two facets, all": { facets: ["department", "country"] }
}

/**
 * Loads the trials, and asks each question for some seconds. Answers are with their total. The longest step is for how long
 * this process answered nobody else.
 */
export const searchTimes = async ({ reader, writer, sizes }, trials) => {
  const upstream = new SyntheticWords(trials)
  const began = performance.now()
  await writer.runPromise(Effect.provide(Sync.run(), upstream.layer))
  const load = performance.now() - began
  const times = {}
  const steps = {}
  const totals = {}
  for (const [name, request] of Object.entries(requests)) {
    const seen = []
    const delay = monitorEventLoopDelay({ resolution: 1 })
    const end = performance.now() + mostMillis
    for (let n = 0; n < most && (n < 5 || performance.now() < end); n += 1) {
      // The first ones are compiled while they run.
      if (n === 3) delay.enable()
      const start = performance.now()
      const answer = await reader.runPromise(asked(request))
      JSON.stringify(answer)
      seen.push(performance.now() - start)
      totals[name] =
        `${answer.total.relation === "eq" ? "" : `${answer.total.relation} `}${count(answer.total.value)}`
    }
    delay.disable()
    times[name] = seen
    steps[name] = delay.max / 1e6
  }
  return { load, times, steps, totals, sizes: await sizes() }
}

/** The table of one engine. */
export const searchTable = (name, trials, { load, times, steps, totals, sizes }) =>
  [
    table(`${name}: answers of 20 with their total among ${count(trials)} trials, in ms`, [
      ["", "median", "p99", "longest step", "total"],
      ...Object.entries(times).map(([question, seen]) => [
        question,
        millis(median(seen)),
        millis(p99(seen)),
        millis(steps[question]),
        totals[question]
      ])
    ]),
    `Loaded in ${(load / 1000).toFixed(0)} s. Bytes a trial: ${sizes
      .filter(({ name }) => name.startsWith("trial"))
      .map(({ bytes, name }) => `${name} ${count(bytes / trials)}`)
      .join(", ")}.`
  ].join("\n")
