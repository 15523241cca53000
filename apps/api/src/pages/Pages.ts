import { Clock, Effect } from "effect"
import { type Request, type RequestHandler, type Response, Router } from "express"
import type { Problem } from "trials-contract"
import type { TrialsClient } from "trials-contract/client"
import { staysUntil } from "trials-domain/Snapshot"
import { createPages, type PageAnswer, type PageRequest } from "trials-web"
import type { Answering } from "../answers/Answer.js"
import { ofOnePublication } from "../answers/OnePublication.js"
import { present, Representation } from "../answers/Representation.js"
import { ofContent } from "../answers/Tag.js"
import { addressOf, instanceOf, readOnly, unknownPath } from "../http/Guards.js"
import { problem } from "../http/Refusal.js"
import { reading } from "./Reading.js"
import { refusing } from "./Refusing.js"

/** The addresses that lead to pages, and what pages are made of. */
const beside = ["/", "/web/*file", "/robots.txt"]
const pages = ["/en", "/en/*page", "/ko", "/ko/*page"]

/** Whether a target is that of a page, whose answer is kept as those of the API are. */
export const isPage = (target: string): boolean => /^\/(?:en|ko)(?:[/?]|$)/.test(target)

// Everything that a page needs is in it or beside it, and nothing runs. A page that is kept has it from here, too.
const policy = {
  "Content-Security-Policy":
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}

const kept = "public, max-age=3600"

const requestOf = (req: Request, client: TrialsClient, now: number): PageRequest => ({
  url: addressOf(req),
  acceptLanguage: req.headers["accept-language"],
  client,
  now
})

/** Sends what is not kept. */
const sendAsItIs = (res: Response, { body, headers, status }: PageAnswer): void => {
  const bytes = Buffer.from(body)
  res
    .status(status)
    .set({ ...policy, ...headers, "Content-Length": String(bytes.length) })
    .end(bytes)
}

/** The pages for people, over what answers the API. */
export const pagesOf = (answer: Answering, publicUrl: string): Router => {
  const router = Router({ caseSensitive: true })
  const make = createPages({ publicUrl })

  /** A page that says why there is none. */
  const refused = async (req: Request, problem: Problem): Promise<PageAnswer | null> =>
    make(requestOf(req, refusing(problem), 0))

  /** What needs no database: where `/` leads, and what all pages share. */
  const shared: RequestHandler = async (req, res) => {
    const made = await refused(req, problem("database-away", "Nothing is read here.", instanceOf(req)))
    if (made === null) return unknownPath(req, res)
    if (made.status !== 200) return sendAsItIs(res, made)
    const bytes = Buffer.from(made.body)
    const headers = { ...policy, "Cache-Control": kept, Vary: "Accept-Encoding" }
    const type = made.headers["Content-Type"] ?? "text/plain; charset=utf-8"
    present(req, res, new Representation(type, bytes, { tag: ofContent(bytes), headers }))
  }

  const page: RequestHandler = async (req, res) => {
    const last: { page: PageAnswer | null } = { page: null }
    const asked = Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      last.page = yield* ofOnePublication(reading((client) => make(requestOf(req, client, now))))
      if (last.page?.until != null) yield* staysUntil(last.page.until)
    })
    const url = addressOf(req)
    const always = { ...policy, "Content-Language": url.slice(1, 3) }
    const found = await answer({ req, res, params: { url }, always }, asked)
    const made = found.status === 200 ? last.page : await refused(req, found.body)
    // Where it is null, the answer that was kept is sent.
    if (made === null)
      return found.status === 200 && found.body === null ? void res.send(null) : unknownPath(req, res)
    if (made.status !== 200) return sendAsItIs(res, made)
    res.type(made.headers["Content-Type"] ?? "html").send(made.body)
  }

  router.all([...beside, ...pages], readOnly)
  router.get(beside, shared)
  router.get(pages, page)
  return router
}
