import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import { Effect, Layer, Option } from "effect"
import { RegistryClient } from "../RegistryClient.js"
import { sampleOf } from "../Sample.js"
import { read, refused, type SavedBody } from "../SavedBodies.js"
import { digests, flawOfAll, requests, type SavedPage, type SavedWords } from "../SavedPages.js"
import type { UpstreamError } from "../UpstreamError.js"
import { kdca } from "./Kdca.js"
import { classify } from "./OdcloudFault.js"
import { decode, flawOf } from "./OdcloudPage.js"

const wrong = refused(kdca.name)

const words: SavedWords = {
  records: "rows",
  saveAll: (total) => `save all pages into one folder, or one response with perPage=${total}`
}

const isBareList = (text: string): boolean => /^\s*\[\]\s*$/.test(text)

const parse = ({ hasList, name, pieces, rows, text }: SavedBody): Effect.Effect<SavedPage, UpstreamError> => {
  const envelope = hasList ? Option.getOrNull(decode(text)) : null
  if (envelope !== null) {
    const flaw = flawOf(envelope, rows)
    return flaw === null
      ? Effect.succeed({ name, total: envelope.totalCount, rows, pieces })
      : wrong(name, `it ${flaw}: save it again.`)
  }
  if (hasList && isBareList(text)) return Effect.succeed({ name, total: null, rows, pieces })
  const { reason } = classify({ status: 200, body: text })
  const what =
    reason === "malformed" || reason === "network"
      ? "it is cut off, or no JSON of the registry."
      : "it is an error that the registry sent."
  return wrong(name, `${what} Wanted is a saved answer of the registry, or a folder of its pages.`)
}

const clientOf = (path: string) =>
  Effect.gen(function* () {
    const seen = digests()
    const { name, notes, pages, revision } = yield* read(path, {
      registry: kdca.name,
      list: "data",
      seen: seen.add,
      parse
    })
    const flaw = flawOfAll(kdca.name, name, pages, seen, words)
    if (flaw !== null) return yield* flaw
    return RegistryClient.of(requests({ registry: kdca, name, revision, notes, pages }))
  })

/** Reads a saved answer, or a folder of saved pages in natural order, instead of the network. */
export const layer = (
  path: string
): Layer.Layer<RegistryClient, UpstreamError, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(RegistryClient, clientOf(path))

/** Reads the sample that comes with this package: 145 trials, as they were collected on 2021-11-16. */
export const layerSample: Layer.Layer<RegistryClient, UpstreamError, FileSystem.FileSystem | Path.Path> =
  sampleOf(kdca.name, layer)
