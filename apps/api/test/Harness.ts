import * as NodeContext from "@effect/platform-node/NodeContext"
import { Context, Effect, Layer, LogLevel, Option, Redacted } from "effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Database from "trials-database/Database"
import { builtin } from "trials-domain/registries"
import * as OdcloudReplay from "trials-domain/registries/kdca/OdcloudReplay"
import type { Registry } from "trials-domain/Registry"
import * as Sync from "trials-domain/Sync"
import { ApiServer, type ApiServerOptions } from "../src/ApiServer.js"
import { LazyDatabase } from "../src/LazyDatabase.js"
import { Log } from "../src/telemetry/Log.js"
import type { Put } from "../src/telemetry/LogLines.js"

/** The shipped sample: 145 trials of kdca. */
export const sampleFile = fileURLToPath(
  new URL("../../../packages/trials-domain/sample/kdca.json", import.meta.url)
)

export const registries = builtin.map(({ registry }) => registry)

/** A folder that is removed with the scope. */
export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "trials-api-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
)

/** Loads a saved answer of kdca into the database at a URL, which is created if there is none. */
export const syncAt = (url: string, from: string = sampleFile, options: Sync.SyncOptions = {}) =>
  Effect.provide(
    Sync.run(options),
    Layer.mergeAll(Sync.layer, OdcloudReplay.layer(from)).pipe(
      Layer.provideMerge(Database.layerWriter({ url: Redacted.make(url), init: true })),
      Layer.provide(NodeContext.layer)
    )
  )

/** Loads a saved answer of kdca into a database file. */
export const syncInto = (file: string, from?: string, options?: Sync.SyncOptions) =>
  syncAt(`sqlite:${file}`, from, options)

/** A database with the sample, removed with the scope. */
export const sampleDatabase = Effect.gen(function* () {
  const file = join(yield* temporaryFolder, "trials.db")
  yield* syncInto(file)
  return file
})

export interface ApiOptions extends Partial<ApiServerOptions> {
  /** Receives every line of the log. */
  readonly lines?: Array<string>
  readonly known?: ReadonlyArray<Registry>
  /** Runs before each read of the database. */
  readonly before?: Effect.Effect<void>
}

const database = (url: string, { before = Effect.void, known = registries }: ApiOptions) =>
  Layer.map(LazyDatabase.layer({ url: Redacted.make(url), registries: known }), (context) => {
    const opened = Context.get(context, LazyDatabase)
    return Context.make(LazyDatabase, {
      ...opened,
      read: (answer) => Effect.zipRight(before, opened.read(answer))
    })
  })

/** The API over the database at a URL, on its own port. */
export const apiAt = (url: string, options: ApiOptions = {}) => {
  const { before: _, known: __, lines, ...server } = options
  const put: Put = (bytes, done) => {
    lines?.push(String(bytes))
    done(null, bytes.length)
  }
  // Tests ask more than a client may.
  const given = { host: "127.0.0.1", port: 0, staleAfter: Option.none(), rateLimit: 0, ...server }
  return ApiServer.layer(given).pipe(
    Layer.provide(database(url, options)),
    Layer.provide(Log.layer(lines === undefined ? LogLevel.None : LogLevel.Debug, put))
  )
}

/** The API over a database file. */
export const apiOver = (file: string, options?: ApiOptions) => apiAt(`sqlite:${file}`, options)

/** The API over the sample. */
export const sampleApi = Layer.unwrapScoped(Effect.map(sampleDatabase, (file) => apiOver(file)))

/** A response. Its body is parsed if it is JSON. */
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

/** Sends a request to the API. */
export const ask = (path: string, init?: RequestInit): Effect.Effect<Answered, never, ApiServer> =>
  Effect.flatMap(ApiServer, ({ url }) =>
    Effect.promise(async () => {
      const response = await fetch(`${url}${path}`, init)
      const text = await response.text()
      const body = parsed(response.headers.get("content-type") ?? "", text)
      return { status: response.status, headers: response.headers, text, body }
    })
  )
