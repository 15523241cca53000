import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import type { Revision } from "../../model/Revision.js"
import { Effect, Encoding, Layer, Option, Schema } from "effect"
import { RegistryClient, type UpstreamError } from "../RegistryClient.js"
import { kdca } from "./Kdca.js"
import { dateOf } from "./OdcloudEditions.js"
import { classify, upstreamError } from "./OdcloudFault.js"
import { decode } from "./OdcloudPage.js"

const Rows = Schema.parseJson(Schema.Array(Schema.Unknown))

const wrong = (name: string, detail: string): UpstreamError =>
  upstreamError("file", {
    detail: `${name}: ${detail} Wanted is a saved answer of the registry, or a folder of its pages.`
  })

interface Saved {
  readonly total: number
  readonly rows: ReadonlyArray<unknown>
}

const parse = (name: string, body: string): Effect.Effect<Saved, UpstreamError> =>
  Effect.gen(function* () {
    const envelope = Option.getOrNull(decode(body))
    if (envelope !== null) return { total: envelope.totalCount, rows: envelope.data }
    const rows = Option.getOrNull(Schema.decodeUnknownOption(Rows)(body))
    if (rows !== null) return { total: rows.length, rows }
    const { error } = classify({ status: 200, body, retryAfter: null, location: null }, 0)
    const unreadable = error.reason === "malformed" || error.reason === "network"
    return yield* wrong(
      name,
      unreadable ? "it is cut off, or no JSON of the registry." : "it is an error that the registry sent."
    )
  })

/** The most records of one page: a larger body is read in pieces, between which a run can be stopped. */
const pageSize = 1000

const inPages = ({ rows, total }: Saved): ReadonlyArray<Saved> =>
  Array.from({ length: Math.max(1, Math.ceil(rows.length / pageSize)) }, (_, n) => ({
    total,
    rows: rows.slice(n * pageSize, (n + 1) * pageSize)
  }))

const natural = new Intl.Collator("en", { numeric: true })

/** The date that a name holds as eight digits, as in `20260930.json`. */
const dateIn = (name: string): string | null => dateOf(/(?<!\d)(?:19|20)\d{6}(?!\d)/.exec(name)?.[0] ?? "")

const read = (path: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const paths = yield* Path.Path
    const name = paths.basename(path)
    const text = (file: string) =>
      Effect.mapError(files.readFileString(file), () => wrong(paths.basename(file), "it cannot be read."))
    const info = yield* Effect.mapError(files.stat(path), () =>
      wrong(name, "there is no such file or folder.")
    )
    const names =
      info.type === "Directory"
        ? (yield* Effect.mapError(files.readDirectory(path), () => wrong(name, "the folder cannot be read.")))
            .filter((each) => each.endsWith(".json"))
            .sort(natural.compare)
        : null
    if (names?.length === 0) return yield* wrong(name, "the folder holds no page (*.json).")
    const bodies = yield* Effect.forEach(names?.map((each) => paths.join(path, each)) ?? [path], (file) =>
      Effect.map(text(file), (body) => [paths.basename(file), body] as const)
    )
    const pages = yield* Effect.forEach(bodies, ([each, body]) => parse(each, body))
    const digest = yield* Effect.promise(() =>
      crypto.subtle.digest("SHA-256", new TextEncoder().encode(bodies.map(([, body]) => body).join("\0")))
    )
    const revision: Revision = {
      id: `file:${Encoding.encodeHex(new Uint8Array(digest))}`,
      date: dateIn(name),
      title: name
    }
    return { pages, revision }
  })

/** Reads a saved answer, or a folder of saved pages in natural order, in place of the network. */
export const layer = (
  path: string
): Layer.Layer<RegistryClient, UpstreamError, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(
    RegistryClient,
    Effect.map(read(path), ({ pages, revision }) => {
      // Past the last row the portal sends an empty page; saved pages may end with one.
      const filled = pages.flatMap(inPages).filter(({ rows }, n) => n === 0 || rows.length > 0)
      return RegistryClient.of({
        registry: kdca,
        pageSize,
        revisions: Effect.succeed([revision]),
        resolve: () => Effect.succeed({ revision, how: "named", notes: [] }),
        count: () => Effect.succeed(filled[0]?.total ?? 0),
        page: (_, at) => {
          const number = at === null ? 0 : Number(at)
          const page = filled[number]
          return Effect.succeed({
            records: page?.rows ?? [],
            total: page?.total ?? null,
            next: number + 1 < filled.length ? String(number + 1) : null
          })
        },
        // Files stand still: read once, they are one state.
        dataTimestamp: () => Effect.succeed(revision.id)
      })
    })
  )
