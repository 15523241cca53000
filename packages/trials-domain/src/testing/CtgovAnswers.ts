import { detailPieces, paths, type CtgovPiece } from "../registries/ctgov/CtgovRecord.js"
import { type CtgovCalendar, isListed } from "./CtgovCalendar.js"
import { type CtgovStudies, idOf, studyOf } from "./CtgovStudies.js"
import { hashOf, type Permutation, permutation } from "./Permutation.js"
import type { ScriptedAnswer } from "./ScriptedAnswer.js"

/** What becomes of a page's token when the registry has renewed its data: 400, or rows of before, or those of now. */
export type CtgovTokens = "refused" | "old-rows" | "new-rows"

/** An answer, whose body may be made while it is sent. */
export interface CtgovAnswer extends ScriptedAnswer {
  /** The body, in parts. */
  readonly texts?: Iterable<string>
}

/** What a registry answers on a day. */
export interface CtgovAnswers {
  readonly answer: (url: URL, day: number, tokens: CtgovTokens) => CtgovAnswer
}

/** A place in a reading of the list, or of some ids. */
interface Place {
  readonly reading: number
  readonly place: number
  readonly day: number
}

const plain = (status: number, body: string): ScriptedAnswer => ({
  status,
  headers: { "content-type": "text/plain" },
  body
})

/** A page of the gateway, as people see it. */
export const html = (status: number, title: string): ScriptedAnswer => ({
  status,
  headers: { "content-type": "text/html" },
  body: `<html><head><title>${status} ${title}</title></head><body><h1>${title}</h1></body></html>`
})

const isPiece = (name: string): name is CtgovPiece => Object.hasOwn(paths, name)

const studiesPath = "/api/v2/studies"

// The registry makes a thousand of more.
const mostOnPage = 1000

// Some `fields` are asked for all the time.
const mostWriters = 8

/** Answers as the registry's description says, from studies that are made when they are asked for. */
export const answers = (
  calendar: CtgovCalendar,
  { writer }: CtgovStudies,
  seed: number,
  isStable = false
): CtgovAnswers => {
  let readings = 0
  const writers = new Map<string, ReturnType<typeof writer>>()
  const orders = new Map<number, Permutation>()

  const written = (fields: string | null): ReturnType<typeof writer> | string => {
    const key = fields ?? ""
    const known = writers.get(key)
    if (known !== undefined) return known
    const names = key === "" ? detailPieces : key.split(/[|,]/)
    const pieces = names.filter(isPiece)
    const unknown = names.find((name) => !isPiece(name))
    if (unknown !== undefined) return `\`fields\` parameter has unknown value \`${unknown}\``
    const made = writer(pieces)
    if (writers.size >= mostWriters) writers.clear()
    writers.set(key, made)
    return made
  }

  /** The order of one reading of the list: another one every time. */
  const orderOf = (reading: number): Permutation => {
    const known = orders.get(reading)
    if (known !== undefined) return known
    const made = permutation(calendar.capacity, hashOf(seed, reading, 11))
    if (orders.size >= mostWriters) orders.clear()
    orders.set(reading, made)
    return made
  }

  const sign = ({ day, place, reading }: Place) => hashOf(seed, reading, place, day, 13)
  const tokenOf = (at: Place): string =>
    Buffer.from(`${at.reading}.${at.place}.${at.day}.${sign(at)}`).toString("base64url")
  const placeOf = (token: string): Place | null => {
    const parts = Buffer.from(token, "base64url").toString().split(".").map(Number)
    const [reading = -1, place = -1, day = -1, signed] = parts
    return signed === sign({ reading, place, day }) ? { reading, place, day } : null
  }

  /** The studies of some ids: a former id finds the study that it became. */
  const byIds = (ids: ReadonlyArray<string>, day: number): ReadonlyArray<number> => {
    const found = new Set<number>()
    for (const id of ids) {
      const study = studyOf(id)
      const state = study === null ? null : calendar.state(study, day)
      if (study === null || state === null || state.gone || state.unserved) continue
      found.add(state.mergedInto ?? study)
    }
    return [...found]
  }

  const list = (url: URL, today: number, tokens: CtgovTokens): CtgovAnswer => {
    const asked = url.searchParams
    const size = Number(asked.get("pageSize") ?? 10)
    if (!Number.isInteger(size) || size < 0) return plain(400, "`pageSize` parameter has incorrect value")
    const most = size === 0 ? 10 : Math.min(size, mostOnPage)
    const write = written(asked.get("fields"))
    if (typeof write === "string") return plain(400, write)
    const token = asked.get("pageToken")
    const at =
      token === null ? { reading: isStable ? 0 : (readings += 1), place: 0, day: today } : placeOf(token)
    if (at === null) return plain(400, "`pageToken` parameter has incorrect value")
    if (at.day !== today && tokens === "refused") return plain(400, "`pageToken` parameter has expired value")
    const day = tokens === "old-rows" ? at.day : today
    const ids = asked.get("filter.ids")?.split(/[|,]/)
    const some = ids === undefined ? null : byIds(ids, day)
    const order = some === null ? orderOf(at.reading) : null
    const end = some?.length ?? calendar.capacity
    const total = asked.get("countTotal") === "true" && token === null
    const texts = function* () {
      let { place } = at
      let written = 0
      yield '{"studies":['
      for (; place < end && written < most; place += 1) {
        const study = some?.[place] ?? order?.at(place) ?? 0
        const state = calendar.state(study, day)
        if (!isListed(state)) continue
        if (written > 0) yield ","
        yield write(study, state, day)
        written += 1
      }
      yield "]"
      if (total) yield `,"totalCount":${some?.length ?? calendar.count(day)}`
      // A full page has a token, whether or not there is more.
      yield written === most ? `,"nextPageToken":"${tokenOf({ ...at, place, day })}"}` : "}"
    }
    return { texts: texts() }
  }

  const single = (url: URL, id: string, day: number): ScriptedAnswer => {
    const study = studyOf(id)
    const state = study === null ? null : calendar.state(study, day)
    if (study === null || state === null || state.gone) return plain(404, `NCT number ${id} not found`)
    // The query is lost.
    if (state.mergedInto !== null)
      return { status: 301, headers: { location: `${studiesPath}/${idOf(state.mergedInto)}` } }
    const write = written(url.searchParams.get("fields"))
    return typeof write === "string" ? plain(400, write) : { body: write(study, state, day) }
  }

  return {
    answer: (url, day, tokens) => {
      if (url.pathname === "/api/v2/version")
        return { body: `{"apiVersion":"2.0.5","dataTimestamp":"${calendar.timestampOf(day)}"}` }
      if (url.pathname === studiesPath) return list(url, day, tokens)
      const [, id] = /^\/api\/v2\/studies\/([^/]+)$/.exec(url.pathname) ?? []
      return id === undefined ? html(404, "Not Found") : single(url, id, day)
    }
  }
}
