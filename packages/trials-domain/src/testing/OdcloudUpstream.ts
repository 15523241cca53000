import { Effect, type Scope } from "effect"
import { createServer, type IncomingMessage } from "node:http"
import { type ScriptedAnswer, send } from "./ScriptedAnswer.js"

/** One unusual answer instead of a page; with `rows` or `total`, an unusual page. */
export interface Scripted extends ScriptedAnswer {
  /** The rows of the page, in the portal's envelope. */
  readonly rows?: ReadonlyArray<unknown>
  /** The total that the page states. */
  readonly total?: number
}

/** A request as it arrived. */
export interface Asked {
  readonly path: string
  readonly page: number
  readonly perPage: number
  readonly authorization: string | null
  readonly spec: boolean
}

/** An edition of the registry: its uddi, its date as YYYYMMDD, and its rows. */
export interface Edition {
  readonly uddi: string
  readonly date: string
  rows: ReadonlyArray<unknown>
}

/**
 * Our own odcloud upstream: real HTTP on loopback, with pages, counts, editions and keys like the portal's. If `script`
 * returns something, that is the answer instead of the page. The rows may be replaced at any time.
 */
export interface OdcloudUpstream {
  readonly baseUrl: string
  readonly specUrl: string
  readonly asked: Array<Asked>
  readonly editions: Array<Edition>
  /** The answer to the `n`th request (from 1); undefined means the portal's usual answer. */
  script: (asked: Asked, n: number) => Scripted | undefined
  /** The total that every page states, if it is not the number of rows. */
  total: number | undefined
}

/** Starts an upstream that ends with the scope. `key` is the key that it accepts, decoded. */
export const make = (options: {
  readonly editions: ReadonlyArray<Edition>
  readonly key: string
}): Effect.Effect<OdcloudUpstream, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<{ upstream: OdcloudUpstream; close: () => void }>((resume) => {
      const editions = [...options.editions]
      const asked: Array<Asked> = []

      const pageOf = ({ page, path, perPage }: Asked, scripted: Scripted): Scripted => {
        const edition = editions.find(({ uddi }) => path.endsWith(uddi))
        if (edition === undefined)
          return { status: 404, body: '{"code":-3,"msg":"등록되지 않은 서비스 입니다."}' }
        const { rows } = edition
        const data = scripted.rows ?? rows.slice((page - 1) * perPage, page * perPage)
        const totalCount = scripted.total ?? upstream.total ?? rows.length
        const envelope = {
          currentCount: data.length,
          data,
          matchCount: totalCount,
          page,
          perPage,
          totalCount
        }
        return { ...scripted, body: JSON.stringify(envelope) }
      }
      const specOf = (): Scripted => ({
        body: JSON.stringify({
          swagger: "2.0",
          paths: Object.fromEntries(
            editions.map(({ date, uddi }) => [
              `/3074271/v1/${uddi}`,
              { get: { summary: `임상연구 과제정보_${date}` } }
            ])
          )
        })
      })
      const answer = (seen: Asked): Scripted => {
        const scripted = upstream.script(seen, asked.length)
        if (scripted !== undefined && scripted.rows === undefined && scripted.total === undefined)
          return scripted
        if (seen.spec) return specOf()
        return seen.authorization === `Infuser ${options.key}`
          ? pageOf(seen, scripted ?? {})
          : { status: 401, body: '{"code":-401,"msg":"유효하지 않은 인증키 입니다."}' }
      }

      const server = createServer((request: IncomingMessage, response) => {
        const url = new URL(request.url ?? "/", "http://localhost")
        const seen: Asked = {
          path: decodeURIComponent(url.pathname),
          page: Number(url.searchParams.get("page") ?? 1),
          perPage: Number(url.searchParams.get("perPage") ?? 10),
          authorization: request.headers.authorization ?? null,
          spec: url.pathname.startsWith("/oas")
        }
        asked.push(seen)
        const scripted = answer(seen)
        setTimeout(() => send(response, scripted), scripted.delay ?? 0)
      })
      const upstream: OdcloudUpstream = {
        baseUrl: "",
        specUrl: "",
        asked,
        editions,
        script: () => undefined,
        total: undefined
      }
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const at = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
        Object.assign(upstream, { baseUrl: at, specUrl: `${at}/oas/docs` })
        resume(Effect.succeed({ upstream, close: () => server.close().closeAllConnections() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ upstream }) => upstream))
