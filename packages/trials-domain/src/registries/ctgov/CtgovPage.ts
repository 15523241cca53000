import { Effect, Option, Schema } from "effect"
import { dateOf } from "../EditionDate.js"
import { shortened } from "../../model/Text.js"
import type { Page } from "../RegistryClient.js"
import { ofRecords, type RepeatedName, repeatedNames } from "../RepeatedKeys.js"
import type { UpstreamError } from "../UpstreamError.js"
import { upstreamError } from "./CtgovFault.js"
import { isValues, valueOf } from "./CtgovStudy.js"

// The number of studies that a database can count.
const Count = Schema.Int.pipe(Schema.between(0, 2_147_483_647))

/** A page as the registry's description has it: a total only where it is asked for, a token only before another page. */
export const Studies = Schema.Struct({
  studies: Schema.Array(Schema.Unknown),
  totalCount: Schema.optional(Count),
  nextPageToken: Schema.optional(Schema.String.pipe(Schema.minLength(1), Schema.maxLength(1000)))
})

/** A page, and the keys that occur twice in it. */
export interface StudiesPage extends Schema.Schema.Type<typeof Studies> {
  readonly repeated: ReadonlyArray<RepeatedName>
}

/** A body as a page of studies, if it is one. */
export const decode = (body: string): Option.Option<StudiesPage> =>
  Option.map(Schema.decodeUnknownOption(Schema.parseJson(Studies))(body), (page) => ({
    ...page,
    repeated: repeatedNames(body)
  }))

/** A day as YYYY-MM-DD; null if the calendar has no such day. */
export const dayOf = (text: string): string | null =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) ? dateOf(text.replaceAll("-", "")) : null

/** The day of the registry's data as a study states it, whether or not the calendar has it; null if it states none. */
export const versionHolderOf = (study: unknown): string | null => {
  const held = isValues(study) ? valueOf(study, "VersionHolder") : null
  return typeof held === "string" ? held : null
}

/** The day of the registry's data that every one of these studies states (`VersionHolder`); null if they do not agree. */
export const dayOfAll = (studies: ReadonlyArray<unknown>): string | null => {
  const held = versionHolderOf(studies[0])
  return held !== null && studies.every((study) => versionHolderOf(study) === held) ? dayOf(held) : null
}

/** What is wrong with a page of which at most `size` studies were asked for, at the place `at`; null if nothing is. */
const flawOf = ({ nextPageToken, repeated, studies }: StudiesPage, at: string | null, size: number) => {
  const twice = repeated.find(({ path }) => path.length === 0)
  if (twice !== undefined) return `says ${shortened(twice.key)} twice`
  if (studies.length > size) return `holds ${studies.length} studies; ${size} were asked for`
  return nextPageToken !== undefined && nextPageToken === at ? "leads to itself" : null
}

/** A page as it should be, or the error that says what is wrong with it. */
export const soundPage = (
  page: StudiesPage,
  at: string | null,
  size: number
): Effect.Effect<StudiesPage, UpstreamError> => {
  const flaw = flawOf(page, at, size)
  return flaw === null
    ? Effect.succeed(page)
    : upstreamError("malformed", { detail: `A page of the registry ${flaw}.` })
}

/**
 * A page of the registry's list. Its timestamp is the day that all of its studies state; a page without studies, as may
 * follow a full one, states nothing.
 */
export const toPage = (page: StudiesPage): Page => ({
  records: page.studies,
  total: page.totalCount ?? null,
  next: page.nextPageToken ?? null,
  repeatedKeys: ofRecords(page.repeated, ["studies"]),
  ...(page.studies.length === 0 ? {} : { dataTimestamp: dayOfAll(page.studies) })
})
