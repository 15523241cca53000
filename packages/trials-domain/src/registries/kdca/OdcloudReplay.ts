import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import { Effect, Layer, Option, Schema } from "effect"
import { createRequire } from "node:module"
import { comparable } from "../../model/Json.js"
import { type Page, RegistryClient, type RepeatedKey } from "../RegistryClient.js"
import { repeatedNames } from "../RepeatedKeys.js"
import { read, refused, type SavedBodies, type SavedBody } from "../SavedBodies.js"
import type { UpstreamError } from "../UpstreamError.js"
import { kdca } from "./Kdca.js"
import { classify } from "./OdcloudFault.js"
import { decode, flawOf, ofRows } from "./OdcloudPage.js"

const Rows = Schema.parseJson(Schema.Array(Schema.Unknown))

const wrong = refused(kdca.name)

/** A page as it was saved; a bare list of rows does not state a total. */
interface SavedPage {
  readonly name: string
  readonly total: number | null
  readonly rows: ReadonlyArray<unknown>
  readonly repeatedKeys: ReadonlyArray<RepeatedKey>
}

const parse = ({ name, text }: SavedBody): Effect.Effect<SavedPage, UpstreamError> => {
  const envelope = Option.getOrNull(decode(text))
  if (envelope !== null) {
    const flaw = flawOf(envelope)
    return flaw === null
      ? Effect.succeed({
          name,
          total: envelope.totalCount,
          rows: envelope.data,
          repeatedKeys: ofRows(envelope.repeated, ["data"])
        })
      : wrong(name, `it ${flaw}: save it again.`)
  }
  const rows = Option.getOrNull(Schema.decodeUnknownOption(Rows)(text))
  if (rows !== null) {
    return Effect.succeed({ name, total: null, rows, repeatedKeys: ofRows(repeatedNames(text), []) })
  }
  const { reason } = classify({ status: 200, body: text })
  const what =
    reason === "malformed" || reason === "network"
      ? "it is cut off, or no JSON of the registry."
      : "it is an error that the registry sent."
  return wrong(name, `${what} Wanted is a saved answer of the registry, or a folder of its pages.`)
}

/** What is wrong with pages together; null if they form one whole. Waiting does not change files. */
const flawOfAll = (name: string, pages: ReadonlyArray<SavedPage>): UpstreamError | null => {
  const seen = new Map<string, string>()
  for (const page of pages) {
    const rows = comparable(page.rows)
    const same = page.rows.length === 0 ? undefined : seen.get(rows)
    if (same !== undefined) return wrong(page.name, `it holds the same rows as ${same}.`)
    seen.set(rows, page.name)
  }
  const [first, ...others] = pages.filter(({ total }) => total !== null)
  if (first === undefined || first.total === null) return null
  const other = others.find(({ total }) => total !== first.total)
  if (other !== undefined) {
    return wrong(
      other.name,
      `it speaks of ${other.total} rows in all, but ${first.name} of ${first.total}: save all pages anew.`
    )
  }
  const held = rowsOf(pages).length
  if (held === first.total) return null
  return wrong(
    name,
    held < first.total
      ? `it holds ${held} of ${first.total} rows: save all pages into one folder, or one response with perPage=${first.total}.`
      : `it holds ${held} rows, but speaks of ${first.total} in all: some are there twice.`
  )
}

const rowsOf = (pages: ReadonlyArray<SavedPage>): ReadonlyArray<unknown> => pages.flatMap(({ rows }) => rows)

/** The most records of one page. A larger body is read in pieces, and a run can be stopped between them. */
const pageSize = 1000

const inPieces = ({ repeatedKeys, rows }: SavedPage): ReadonlyArray<Pick<Page, "records" | "repeatedKeys">> =>
  Array.from({ length: Math.ceil(rows.length / pageSize) }, (_, n) => {
    const start = n * pageSize
    return {
      records: rows.slice(start, start + pageSize),
      repeatedKeys: repeatedKeys
        .filter(({ row }) => row >= start && row < start + pageSize)
        .map(({ key, row }) => ({ key, row: row - start }))
    }
  })

const clientOf = ({ bodies, name, notes, revision }: SavedBodies) =>
  Effect.gen(function* () {
    const saved = yield* Effect.forEach(bodies, parse)
    const flaw = flawOfAll(name, saved)
    if (flaw !== null) return yield* flaw
    const total = rowsOf(saved).length
    // After the last row the portal sends an empty page; saved pages may end with one.
    const pieces = saved.flatMap(inPieces)
    const unstated = saved.every(({ total }) => total === null)
      ? [`${name} states no total of the records, so nothing shows that none of them is missing.`]
      : []
    // Rows without their envelope may be a part of the list.
    const isOneResponse = unstated.length === 0 && saved.filter(({ rows }) => rows.length > 0).length < 2
    return RegistryClient.of({
      registry: kdca,
      pageSize,
      saved: isOneResponse ? "one-response" : "saved-pages",
      revisions: Effect.succeed([revision]),
      resolve: () => Effect.succeed({ revision, how: "saved", notes: [...notes, ...unstated] }),
      count: () => Effect.succeed(total),
      page: (_, at) => {
        const number = at === null ? 0 : Number(at)
        const next = number + 1 < pieces.length ? String(number + 1) : null
        return Effect.succeed({ records: [], ...pieces[number], total, next })
      },
      dataTimestamp: () => Effect.succeed(null)
    })
  })

/** Reads a saved answer, or a folder of saved pages in natural order, instead of the network. */
export const layer = (
  path: string
): Layer.Layer<RegistryClient, UpstreamError, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(RegistryClient, Effect.flatMap(read(kdca.name, path), clientOf))

/** Reads the sample that comes with this package: 145 trials, as they were collected on 2021-11-16. */
export const layerSample: Layer.Layer<RegistryClient, UpstreamError, FileSystem.FileSystem | Path.Path> =
  Layer.unwrapEffect(
    Effect.try({
      // By the name of the package, so that a bundle of this module finds it too.
      try: () => layer(createRequire(import.meta.url).resolve("trials-domain/sample/kdca.json")),
      catch: () => wrong("kdca.json", "the sample that comes with the package trials-domain is not there.")
    })
  )
