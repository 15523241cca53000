import * as Sync from "trials-domain/Sync"
import { Effect, Layer, ManagedRuntime, Redacted } from "effect"
import { fetchOf, layer, settled } from "trials-answers"
import { createTrialsClient } from "trials-contract/client"
import * as Database from "trials-database/Database"
import { createPages } from "trials-web"
import { median, p99 } from "./Stopwatch.mjs"
import { words } from "./SyntheticKdca.mjs"
import { count, millis, table } from "./Table.mjs"

const rounds = 60
const warm = 15

/** Milliseconds of each page, of the questions that it asks of the library, and of what is left: the page itself. */
export const pageTimes = async ({ file, writer }, upstream, closing) => {
  await writer.runPromise(Effect.provide(Sync.run(), upstream.layer))
  const reader = Database.layerReader({ url: Redacted.make(`sqlite:${file}`) })
  const runtime = ManagedRuntime.make(layer().pipe(Layer.provide(reader)))
  closing.push(() => runtime.dispose())
  const pages = createPages()
  let asking = 0
  // One after another, as the API asks them.
  let last = Promise.resolve()
  const fetch = fetchOf((question) => {
    const answered = last.then(async () => {
      const begun = performance.now()
      const exit = await runtime.runPromiseExit(question)
      asking += performance.now() - begun
      return settled(exit, () => null)
    })
    last = answered.catch(() => undefined)
    return answered
  })
  const client = createTrialsClient("", { fetch })
  const word = encodeURIComponent(words.frequent)
  const targets = {
    "the first page": "/en",
    "what changed": "/en/changes",
    "what changed, of a word": `/ko/changes?q=${word}`,
    "a search": `/ko/search?q=${word}`,
    "a trial": `/en/trials/kdca/${upstream.id(77)}`,
    "a registry": "/en/registries/kdca"
  }
  const seen = Object.fromEntries(
    Object.keys(targets).map((name) => [name, { page: [], asking: [], own: [], bytes: 0 }])
  )
  for (let round = 0; round < rounds + warm; round += 1) {
    for (const [name, url] of Object.entries(targets)) {
      asking = 0
      const begun = performance.now()
      const { body, status } = await pages({ url, client, now: Date.now() })
      const page = performance.now() - begun
      if (status !== 200) throw new Error(`${status} for ${url}`)
      if (round < warm) continue
      const times = seen[name]
      times.page.push(page)
      times.asking.push(asking)
      times.own.push(page - asking)
      times.bytes = Buffer.byteLength(body)
    }
  }
  return seen
}

export const pageTable = (trials, seen) =>
  [
    table(`Pages among ${count(trials)} trials (SQLite), in ms`, [
      ["", "page", "asking", "own", "own p99", "bytes"],
      ...Object.entries(seen).map(([name, { asking, bytes, own, page }]) => [
        name,
        millis(median(page)),
        millis(median(asking)),
        millis(median(own)),
        millis(p99(own)),
        count(bytes)
      ])
    ]),
    "asking: the questions that a page asks of the library. own: what the page takes beside them: the client, and making HTML."
  ].join("\n")
