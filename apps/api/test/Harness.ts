import * as NodeContext from "@effect/platform-node/NodeContext"
import { Effect, Layer, LogLevel, Option, Redacted } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Database from "trials-database/Database"
import { all } from "trials-domain/registries/index"
import * as Sync from "trials-domain/Sync"
import { ApiServer, type ApiServerOptions } from "../src/ApiServer.js"
import { LazyDatabase } from "../src/LazyDatabase.js"
import { Log } from "../src/Log.js"

/** The shipped sample: 145 trials of kdca. */
export const sampleFile = fileURLToPath(
  new URL("../../../packages/trials-domain/sample/kdca.json", import.meta.url)
)

export const registries = all.map(({ registry }) => registry)

/** A folder that goes with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "trials-api-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Reads a saved answer of kdca into a database, which is started where there is none. */
export const syncInto = (file: string, from: string = sampleFile, options: Sync.SyncOptions = {}) =>
  Effect.flatMap(Effect.fromNullable(all.find(({ registry }) => registry.name === "kdca")), ({ replay }) =>
    Effect.provide(
      Sync.sync(options),
      Layer.mergeAll(Sync.layer, replay(from)).pipe(
        Layer.provideMerge(Database.writer({ url: Redacted.make(`sqlite:${file}`), init: true })),
        Layer.provide(NodeContext.layer)
      )
    )
  )

/** A database that holds the sample, and goes with the scope. */
export const sampleDatabase = Effect.gen(function* () {
  const file = join(yield* temporaryFolder, "trials.db")
  yield* syncInto(file)
  return file
})

/** The API over a database file, on a port of its own. */
export const apiOver = (
  file: string,
  options: Partial<ApiServerOptions> & { readonly lines?: Array<string> } = {}
) => {
  const { lines, ...server } = options
  const stream = { write: (line: string) => void lines?.push(line) }
  return ApiServer.layer({ host: "127.0.0.1", port: 0, staleAfter: Option.none(), ...server }).pipe(
    Layer.provide(LazyDatabase.layer({ url: Redacted.make(`sqlite:${file}`), registries })),
    Layer.provide(Log.layer(lines === undefined ? LogLevel.None : LogLevel.Debug, stream))
  )
}

/** The API over the sample. */
export const sampleApi = Layer.unwrapScoped(Effect.map(sampleDatabase, (file) => apiOver(file)))

/** What came back: the body parsed where it is JSON. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  // Tests look into bodies freely; the contract test checks their shape.
  // oxlint-disable-next-line typescript/no-explicit-any -- the contract test is what checks shapes
  readonly body: any
}

const parsed = (type: string, text: string): unknown =>
  /json/.test(type) && !/ndjson/.test(type) && text !== "" ? JSON.parse(text) : undefined

/** Asks an API. */
export const ask = (path: string, init?: RequestInit): Effect.Effect<Answered, never, ApiServer> =>
  Effect.flatMap(ApiServer, ({ url }) =>
    Effect.promise(async () => {
      const response = await fetch(`${url}${path}`, init)
      const text = await response.text()
      const body = parsed(response.headers.get("content-type") ?? "", text)
      return { status: response.status, headers: response.headers, text, body }
    })
  )
