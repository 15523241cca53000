import Sqlite from "better-sqlite3"
import { Effect } from "effect"
import { TrialQueries } from "trials-domain/TrialQueries"
import { VersionQueries } from "trials-domain/VersionQueries"
import { words } from "./SyntheticKdca.mjs"

const most = 300
const mostMillis = 3000

const searched = (q) => () =>
  Effect.flatMap(TrialQueries, (queries) => queries.list({ filter: { q }, sort: "-updatedAt", limit: 20 }))

/** The questions. Each is repeated with another trial or place; `n` counts from 0. */
const questions = (upstream) => {
  const id = (n) => upstream.id((n * 7919) % upstream.trials)
  return {
    "one trial": (n) =>
      Effect.flatMap(TrialQueries, (queries) => queries.get({ registry: "kdca", id: id(n) })),
    "20 newest": () =>
      Effect.flatMap(TrialQueries, (queries) => queries.list({ filter: {}, sort: "-updatedAt", limit: 20 })),
    "recent 7 days": () =>
      Effect.flatMap(TrialQueries, (queries) => queries.recent({ days: 7, filter: {}, limit: 20 })),
    "search, frequent": searched(words.frequent),
    "search, rare": searched(words.rare),
    "search, absent": searched(words.absent),
    history: (n) =>
      Effect.flatMap(VersionQueries, (queries) => queries.history("kdca", id(n), { limit: 20 })),
    "feed, 100": (n) =>
      Effect.flatMap(VersionQueries, (queries) =>
        queries.changes({ after: String((n * 7919) % upstream.trials), limit: 100 })
      )
  }
}

const timed = async (ask) => {
  const start = performance.now()
  JSON.stringify(await ask())
  return performance.now() - start
}

/** Milliseconds of every question through the library, including the answer's JSON text. */
export const queryTimes = async ({ reader }, upstream) => {
  const times = {}
  for (const [name, question] of Object.entries(questions(upstream))) {
    const ask = (n) => timed(() => reader.runPromise(question(n)))
    const seen = [await ask(0)]
    const end = performance.now() + mostMillis
    for (let n = 1; n < most && performance.now() < end; n += 1) seen.push(await ask(n))
    times[name] = seen
  }
  return times
}

/** Milliseconds of the library and of one prepared statement + JSON.stringify, asked in turn, on SQLite. */
export const rawTimes = async ({ file, reader }, upstream) => {
  const database = new Sqlite(file, { readonly: true })
  const one = database.prepare("SELECT * FROM trials WHERE registry = ? AND id = ?")
  const list = database.prepare(
    "SELECT * FROM trials WHERE missing_since IS NULL ORDER BY updated_seq DESC LIMIT 20"
  )
  const raw = {
    "one trial": (n) => one.get("kdca", upstream.id((n * 7919) % upstream.trials)),
    "20 newest": () => list.all()
  }
  const times = {}
  for (const [name, ask] of Object.entries(raw)) {
    const question = questions(upstream)[name]
    const ours = []
    const bare = []
    for (let n = 0; n < most; n += 1) {
      ours.push(await timed(() => reader.runPromise(question(n))))
      bare.push(await timed(() => ask(n)))
    }
    times[name] = { ours, raw: bare }
  }
  database.close()
  return times
}
