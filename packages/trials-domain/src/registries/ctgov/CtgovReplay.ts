import type * as FileSystem from "@effect/platform/FileSystem"
import type * as Path from "@effect/platform/Path"
import { Effect, Layer, Option, Schema } from "effect"
import { shortened } from "../../model/Text.js"
import { RegistryClient } from "../RegistryClient.js"
import { sampleOf } from "../Sample.js"
import { read, refused, type SavedBody, type SavedPiece } from "../SavedBodies.js"
import { digests, flawOfAll, requests, type SavedPage, type SavedWords } from "../SavedPages.js"
import type { UpstreamError } from "../UpstreamError.js"
import { ctgov } from "./Ctgov.js"
import * as CtgovCompleteness from "./CtgovCompleteness.js"
import { classify } from "./CtgovFault.js"
import { decode } from "./CtgovPage.js"
import { requested } from "./CtgovPieces.js"

const wrong = refused(ctgov.name)

const words: SavedWords = {
  records: "studies",
  saveAll: () => "save all pages into one folder"
}

/** A study on its own, as the registry answers if it is asked for one. */
const Single = Schema.parseJson(Schema.Struct({ protocolSection: Schema.Object }))

const isBareList = (text: string): boolean => /^\s*\[\]\s*$/.test(text)

/** Studies cut down to what is asked of every study, whatever was saved of them. */
const cut = (piece: SavedPiece): SavedPiece =>
  Effect.map(piece, ({ records, ...more }) => ({ ...more, records: records.map(requested) }))

/** A saved page, and whether it says that another one follows. */
interface Parsed extends SavedPage {
  readonly leadsOn: boolean
}

/** A page of the interface, a download of the site (a list of studies), or one study. */
const parse = (
  { hasList, itself, name, pieces, rows, text }: SavedBody,
  seen: (studies: ReadonlyArray<unknown>) => void
): Effect.Effect<Parsed, UpstreamError> =>
  Effect.gen(function* () {
    const page = hasList ? Option.getOrNull(decode(text)) : null
    if (page !== null) {
      const twice = page.repeated.find(({ path }) => path.length === 0)
      if (twice !== undefined)
        return yield* wrong(name, `it says ${shortened(twice.key)} twice: save it again.`)
      const leadsOn = page.nextPageToken !== undefined
      return { name, total: page.totalCount ?? null, rows, pieces: pieces.map(cut), leadsOn }
    }
    if (hasList && isBareList(text))
      return { name, total: null, rows, pieces: pieces.map(cut), leadsOn: false }
    if (!hasList && Option.isSome(Schema.decodeUnknownOption(Single)(text))) {
      const { records } = yield* itself
      seen(records)
      return { name, total: null, rows: 1, pieces: [cut(itself)], leadsOn: false }
    }
    const { reason } = classify({ status: 200, body: text })
    const what =
      reason === "malformed" || reason === "network"
        ? "it is cut off, or no JSON of the registry."
        : "it is an error that the registry sent."
    return yield* wrong(
      name,
      `${what} Wanted is a saved page of the registry, a folder of its pages, a download of its site in JSON, or a study.`
    )
  })

const clientOf = (path: string) =>
  Effect.gen(function* () {
    const pageDigests = digests()
    const completeness = CtgovCompleteness.make()
    const seen = (file: string, studies: ReadonlyArray<unknown>, isOnly: boolean) => {
      pageDigests.add(file, studies, isOnly)
      completeness.add(file, studies)
    }
    const { name, notes, pages, revision } = yield* read(path, {
      registry: ctgov.name,
      list: "studies",
      seen,
      parse: (body, isOnly) => parse(body, (studies) => seen(body.name, studies, isOnly))
    })
    const flaw = flawOfAll(ctgov.name, name, pages, pageDigests, words)
    if (flaw !== null) return yield* flaw
    const [one, other] = completeness.days()
    if (one !== undefined && other !== undefined) {
      return yield* wrong(
        name,
        `its studies are of different days of the registry, ${shortened(one.day)} (${one.file}) and ${shortened(other.day)} (${other.file}): save all of them on one day.`
      )
    }
    const isUnfinished = pages.every(({ leadsOn, total }) => leadsOn && total === null)
    return RegistryClient.of({
      ...requests({
        registry: ctgov,
        name,
        revision: { ...revision, date: completeness.day() ?? revision.date },
        notes: isUnfinished
          ? [...notes, `Every page of ${name} leads to another one, so the list may go on.`]
          : notes,
        pages
      }),
      lacking: completeness.lacking()
    })
  })

/**
 * Reads saved studies instead of the network: a page or a folder of pages of the registry's interface, a download of its
 * site in JSON, or one study. What was saved beyond the requested pieces is left out.
 */
export const layer = (
  path: string
): Layer.Layer<RegistryClient, UpstreamError, FileSystem.FileSystem | Path.Path> =>
  Layer.effect(RegistryClient, clientOf(path))

/** Reads the sample that comes with this package: 93 studies, as they were on 2025-12-09. */
export const layerSample: Layer.Layer<RegistryClient, UpstreamError, FileSystem.FileSystem | Path.Path> =
  sampleOf(ctgov.name, layer)
