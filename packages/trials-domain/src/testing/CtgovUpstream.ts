import { Effect, type Scope } from "effect"
import { createServer, type IncomingMessage } from "node:http"
import { promisify } from "node:util"
import { constants, gzip } from "node:zlib"
import { detailPieces } from "../registries/ctgov/CtgovRecord.js"
import * as BodyBuffer from "./BodyBuffer.js"
import { answers, type CtgovAnswer, type CtgovTokens, html } from "./CtgovAnswers.js"
import { calendar, type CtgovCalendarOptions, isListed, mostDays } from "./CtgovCalendar.js"
import { expectation, type CtgovExpectation } from "./CtgovExpectation.js"
import { idOf, studies, studyOf } from "./CtgovStudies.js"
import { type ScriptedAnswer, send } from "./ScriptedAnswer.js"

/** An upstream's registry, and how it answers. */
export interface CtgovUpstreamOptions extends CtgovCalendarOptions {
  /** Whether the list has the same order every time; the real one does not. */
  readonly isStable?: boolean
}

/** What a request asks for: a page of the list, whole records by their ids, the number of studies, one study. */
export type CtgovQuestion = "version" | "count" | "census" | "details" | "single"

/** A request as it arrived. */
export interface CtgovAsked {
  readonly kind: CtgovQuestion
  /** Which request of its kind it is, from 1. */
  readonly nth: number
  /** How many ids it names. */
  readonly ids: number
  readonly pageSize: number
  readonly hasToken: boolean
  /** How long its path and query are, in bytes. */
  readonly length: number
  readonly userAgent: string | null
  readonly acceptEncoding: string | null
}

/**
 * Our own ClinicalTrials.gov: real HTTP on loopback, with as many studies as wanted, each made out of real ones when it is
 * asked for. What it says of a study is a pure function of the seed, the study and the day.
 */
export interface CtgovUpstream {
  readonly baseUrl: string
  readonly asked: Array<CtgovAsked>
  /** Moves to a day, forward or back, from 0 to 60. */
  readonly day: (day: number) => void
  /** Moves to a day just before the `nth` request of a kind from now on is answered. */
  readonly moveAt: (kind: CtgovQuestion, nth: number, day: number) => void
  /** What becomes of a page's token when the data are renewed. Default: refused. */
  tokens: CtgovTokens
  /** The answer to a request instead of the usual one, where it returns any. */
  script: (asked: CtgovAsked) => ScriptedAnswer | undefined
  /** How many studies the list has on a day. */
  readonly count: (day: number) => number
  /** The ids of all studies that the list has on a day. */
  readonly ids: (day: number) => Generator<string>
  /** What a perfect run finds on a day, if the one before it was on another day. */
  readonly expected: (from: number, to: number) => CtgovExpectation
  /** The timestamp of a day's data. */
  readonly timestampOf: (day: number) => string
  /** One study as the registry has it on a day, with all pieces; undefined if the list does not have it. */
  readonly study: (id: string, day: number) => unknown
}

// Beyond that, the gateway sends an error of its own.
const longestAddress = 8 * 1024

const zipped = promisify(gzip)

const kindOf = (url: URL): CtgovQuestion => {
  if (url.pathname === "/api/v2/version") return "version"
  if (url.pathname !== "/api/v2/studies") return "single"
  if (url.searchParams.has("filter.ids")) return "details"
  return url.searchParams.get("fields") === "NCTId" ? "count" : "census"
}

/** Starts an upstream that ends with the scope. Its memory does not grow with the number of studies. */
export const make = (options: CtgovUpstreamOptions): Effect.Effect<CtgovUpstream, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<{ readonly upstream: CtgovUpstream; readonly close: () => void }>((resume) => {
      const { seed } = options
      const dates = calendar(options)
      const made = studies(dates, seed)
      const { answer } = answers(dates, made, seed, options.isStable ?? false)
      const whole = made.writer(detailPieces)
      const asked: Array<CtgovAsked> = []
      const times = new Map<CtgovQuestion, number>()
      const moves: Array<{ readonly kind: CtgovQuestion; readonly nth: number; readonly day: number }> = []
      const bodies = BodyBuffer.make()
      let today = 0

      const askedOf = (request: IncomingMessage, url: URL): CtgovAsked => {
        const kind = kindOf(url)
        const nth = (times.get(kind) ?? 0) + 1
        times.set(kind, nth)
        return {
          kind,
          nth,
          ids: url.searchParams.get("filter.ids")?.split(/[|,]/).length ?? 0,
          pageSize: Number(url.searchParams.get("pageSize") ?? 10),
          hasToken: url.searchParams.has("pageToken"),
          length: request.url?.length ?? 0,
          userAgent: request.headers["user-agent"] ?? null,
          acceptEncoding: request.headers["accept-encoding"]?.toString() ?? null
        }
      }

      const server = createServer(async (request, response) => {
        const url = new URL(request.url ?? "/", "http://localhost")
        const seen = askedOf(request, url)
        asked.push(seen)
        for (const { day, kind, nth } of moves) if (kind === seen.kind && nth === seen.nth) today = day
        const answered: CtgovAnswer =
          upstream.script(seen) ??
          (seen.length > longestAddress ? html(414, "URI Too Long") : answer(url, today, upstream.tokens))
        if (answered.delay !== undefined) await new Promise((done) => setTimeout(done, answered.delay))
        if (answered.cut === true || answered.drip === true) return send(response, answered)
        await bodies.write(answered.texts ?? [answered.body ?? ""], async (bytes) => {
          const isZipped = bytes.length > 500 && /\bgzip\b/.test(seen.acceptEncoding ?? "")
          const sent = isZipped ? await zipped(bytes, { level: constants.Z_BEST_SPEED }) : bytes
          response.writeHead(answered.status ?? 200, {
            "content-type": "application/json",
            ...answered.headers,
            ...(isZipped ? { "content-encoding": "gzip" } : {}),
            "content-length": sent.length
          })
          await new Promise((done) => response.end(sent, () => done(null)).on("close", done))
        })
      })

      const upstream: CtgovUpstream = {
        baseUrl: "",
        asked,
        day: (day) => {
          if (!Number.isInteger(day) || day < 0 || day > mostDays)
            throw new RangeError(`A day is a whole number from 0 to ${mostDays}, not ${day}.`)
          today = day
        },
        moveAt: (kind, nth, day) => {
          moves.push({ kind, nth: (times.get(kind) ?? 0) + nth, day })
        },
        tokens: "refused",
        script: () => undefined,
        count: dates.count,
        *ids(day) {
          for (let study = 0; study < dates.registered(day); study += 1)
            if (isListed(dates.state(study, day))) yield idOf(study)
        },
        expected: (from, to) => expectation(dates, made, from, to),
        timestampOf: dates.timestampOf,
        study: (id, day) => {
          const study = studyOf(id)
          const state = study === null ? null : dates.state(study, day)
          return study !== null && isListed(state) ? JSON.parse(whole(study, state, day)) : undefined
        }
      }
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        Object.assign(upstream, { baseUrl: `http://127.0.0.1:${port}` })
        resume(Effect.succeed({ upstream, close: () => server.close().closeAllConnections() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ upstream }) => upstream))
