import { expect, layer } from "@effect/vitest"
import { Effect, Layer, Option, Redacted } from "effect"
import express, { type ErrorRequestHandler, type RequestHandler } from "express"
import * as OpenApiValidator from "express-openapi-validator"
import type { Server } from "node:http"
import type { AddressInfo } from "node:net"
import document from "trials-contract/openapi.json" with { type: "json" }
import { Admission } from "../src/admission/Admission.js"
import { ApiServer } from "../src/ApiServer.js"
import { makeApp } from "../src/App.js"
import { Rounds } from "../src/connections/Rounds.js"
import { LazyDatabase } from "../src/LazyDatabase.js"
import { defaults } from "../src/Limits.js"
import { Metrics } from "../src/telemetry/Metrics.js"
import { ask, registries, sampleDatabase } from "./Harness.js"

/** The document, changed to refuse every field that it does not name. */
const strict = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(strict)
  if (typeof value !== "object" || value === null) return value
  const copy = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, strict(each)]))
  return copy["type"] === "object" && "properties" in copy && "required" in copy
    ? { ...copy, additionalProperties: false }
    : copy
}

type Fields = Readonly<Record<string, unknown>>

/** Ways in which a trial can break the document. */
const wrongs: Readonly<Record<string, (trial: Fields) => Fields>> = {
  "a field is missing": ({ title: _, ...rest }) => rest,
  "a field that may be null is missing": ({ department: _, ...rest }) => rest,
  "a text is a number": (trial) => ({ ...trial, title: 42 }),
  "a number is a text": (trial) => ({ ...trial, version: "1" }),
  "a list is a text": (trial) => ({ ...trial, phases: "3" }),
  "a field is null that may not be": (trial) => ({ ...trial, id: null }),
  "a word is not in the vocabulary": (trial) => ({ ...trial, studyType: "unheard-of" }),
  "a field is not declared": (trial) => ({ ...trial, updatedSeq: 1 })
}

const wrongHeader = "x-wrong"

/** Puts the fault that a request asks for into the trials of its answer. */
const spoiled: RequestHandler = (req, res, next) => {
  const wrong = wrongs[req.get(wrongHeader) ?? ""]
  if (wrong !== undefined) {
    const json = res.json.bind(res)
    res.json = (body) => json("items" in body ? { ...body, items: body.items.map(wrong) } : wrong(body))
  }
  next()
}

/** Answers with 599 if a response does not match the document. */
const disagreed: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  res.status(599).json({ message: error.message })
}

/** The API behind a validator of its own document. */
const validatedApi = Layer.unwrapScoped(
  Effect.map(sampleDatabase, (file) =>
    Layer.scoped(
      ApiServer,
      Effect.gen(function* () {
        const runtime = yield* Effect.runtime<LazyDatabase | Admission>()
        const app = express()
        const api = makeApp({
          runtime,
          metrics: new Metrics(),
          staleAfter: Option.none(),
          publicUrl: "",
          mcp: { hosts: [], address: "", arrival: 1000 },
          cache: null,
          moment: () => null,
          program: ""
        })
        const validators = OpenApiValidator.middleware({
          // The validator's types know only OpenAPI 3.0.
          apiSpec: strict(document) as never,
          validateRequests: false,
          validateResponses: true,
          validateSecurity: false,
          // The document describes neither itself nor the collection.
          ignorePaths: /^\/(openapi|postman)\.json$/
        })
        app.use(validators, spoiled, api, disagreed)
        const server = yield* Effect.acquireRelease(
          Effect.async<ReturnType<typeof app.listen>>((resume) => {
            const listening = app.listen(0, "127.0.0.1", () => resume(Effect.succeed(listening)))
          }),
          (listening) => Effect.async<void>((resume) => void listening.close(() => resume(Effect.void)))
        )
        return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
      })
    ).pipe(
      Layer.provide(Admission.layer(defaults, new Rounds())),
      Layer.provide(LazyDatabase.layer({ url: Redacted.make(`sqlite:${file}`), registries }))
    )
  )
)

/** What the document alone says of requests: 204 for those that it allows, else 400 or 404. */
const allowing = Effect.acquireRelease(
  Effect.async<Server>((resume) => {
    const app = express()
    app.use(
      OpenApiValidator.middleware({
        // The validator's types know only OpenAPI 3.0.
        apiSpec: structuredClone(document) as never,
        validateRequests: true,
        validateResponses: false
      })
    )
    app.use((_, res) => void res.status(204).end())
    const refused: ErrorRequestHandler = ({ status = 500 }, _req, res, _next) => void res.status(status).end()
    app.use(refused)
    const server = app.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
  }),
  (server) => Effect.async<void>((resume) => void server.close(() => resume(Effect.void)))
)

interface ParameterSchema {
  readonly type: string
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly enum?: ReadonlyArray<string>
  readonly examples: readonly [unknown, ...ReadonlyArray<unknown>]
}

interface Parameter {
  readonly name: string
  readonly in: "path" | "query" | "header"
  readonly required?: boolean
  readonly schema: ParameterSchema
}

/** Values that the schema of a parameter forbids. */
const forbidden = ({ enum: words, format, maximum, maxLength, minimum, type }: ParameterSchema) => [
  ...(type === "integer" ? ["x", "1.5", "", (minimum ?? 0) - 1, (maximum ?? 0) + 1] : []),
  ...(type === "boolean" ? ["maybe"] : []),
  ...(format === "date-time" ? ["yesterday", "2026-11-23"] : []),
  ...(maxLength === undefined ? [] : ["", "a".repeat(maxLength + 1)]),
  ...(words === undefined ? [] : ["nothing-like-it"])
]

/** The parameters of an operation in its address. */
const inAddress = (parameters: ReadonlyArray<Parameter | { readonly $ref: string }>) =>
  parameters.filter((each): each is Parameter => !("$ref" in each))

/** The requests of an operation: each with what it must have, and some one parameter more, or one with a forbidden value. */
const requestsOf = (path: string, parameters: ReadonlyArray<Parameter>) => {
  const request = (values: ReadonlyMap<string, unknown>) => {
    const query = [...values].filter(([name]) => !path.includes(`{${name}}`))
    const place = path.replaceAll(/\{(\w+)\}/g, (_, name) => encodeURIComponent(String(values.get(name))))
    return `${place}?${new URLSearchParams(query.map(([name, value]) => [name, String(value)]))}`
  }
  const needed = parameters
    .filter(({ required }) => required === true)
    .map(({ name, schema }) => [name, schema.examples[0]] as const)
  const having = (name: string, value: unknown) => request(new Map<string, unknown>(needed).set(name, value))
  return {
    allowed: [
      request(new Map(needed)),
      ...parameters.map(({ name, schema }) => having(name, schema.examples[0]))
    ],
    refused: [
      { name: "nope", path: having("nope", 1) },
      ...parameters.flatMap(({ name, schema }) =>
        forbidden(schema).map((value) => ({ name, path: having(name, value) }))
      )
    ]
  }
}

interface PostmanUrl {
  readonly path: ReadonlyArray<string>
  readonly query: ReadonlyArray<{ readonly key: string; readonly value: string; readonly disabled?: boolean }>
  readonly variable: ReadonlyArray<{ readonly key: string; readonly value: string }>
}

layer(validatedApi, { excludeTestServices: true })("the answers match the document", (it) => {
  it.effect("on every path, for answers and refusals", () =>
    Effect.gen(function* () {
      const { body: runs } = yield* ask("/v1/runs")
      const asked: ReadonlyArray<readonly [string, number]> = [
        ["/v1/trials?limit=100", 200],
        ["/v1/trials?limit=100&sort=id&studyType=interventional", 200],
        ["/v1/trials?q=nothing-has-this", 200],
        ["/v1/trials/recent?limit=100", 200],
        ["/v1/trials/kdca/C130010", 200],
        ["/v1/trials/kdca/C130010/history", 200],
        ["/v1/trials/kdca/C130010/diff?from=1&to=1", 200],
        ["/v1/trials/kdca/C130010/related", 200],
        ["/v1/identifiers/c%20130-010", 200],
        ["/v1/identifiers/NCT99999999", 200],
        ["/v1/identifiers/--", 400],
        ["/v1/changes?limit=1000", 200],
        ["/v1/changes?silent=false&mass=true", 200],
        ["/v1/changes?order=newest&limit=2&q=%EC%B9%98%EB%A7%A4&since=2026-01-01T00:00:00Z", 200],
        ["/v1/changes?order=newest&cursor=nope", 400],
        ["/v1/changes?cursor=nope", 400],
        ["/v1/changes?studyType=nonsense", 400],
        ["/v1/changes/summary?kind=created&missing=false", 200],
        ["/v1/changes/summary?after=1", 400],
        ["/v1/changes?after=146", 410],
        ["/v1/registries", 200],
        ["/v1/registries/kdca/quality", 200],
        ["/v1/runs", 200],
        [`/v1/runs/${runs.items[0].runId}`, 200],
        ["/v1/export.csv?excel=true", 200],
        ["/v1/export.ndjson?phase=nothing-has-this", 400],
        ["/v1/export.parquet?sort=id", 400],
        ["/v1/changes.atom?kind=created", 200],
        ["/v1/changes.atom?since=2026-11-01", 400],
        ["/v1/trials/kdca/C130010/history.csv", 200],
        ["/v1/trials/kdca/nope/history.csv", 404],
        ["/v1/trials?limit=0", 400],
        ["/v1/trials?cursor=x", 400],
        ["/v1/trials/kdca/nope", 404],
        ["/v1/trials/kdca/nope/related", 404],
        ["/v1/runs/nope", 404],
        ["/healthz", 200],
        ["/healthz?x=1", 400],
        ["/readyz", 200],
        ["/metrics", 200],
        ["/problems", 200],
        ["/problems/invalid-cursor", 200],
        ["/problems/nope", 404]
      ]
      for (const [path, status] of asked) {
        const answer = yield* ask(path)
        expect([path, answer.status, answer.body?.message]).toEqual([path, status, undefined])
      }
    })
  )

  it.effect("and what a client has is answered as the document says, where it says so", () =>
    Effect.gen(function* () {
      const tagged = Object.entries<{ get: { parameters: ReadonlyArray<Parameter>; responses: object } }>(
        // The document's own type is as long as the document.
        document.paths as never
      ).filter(([, { get }]) => "304" in get.responses)
      expect(tagged).toHaveLength(17)
      const runs = yield* ask("/v1/runs")
      for (const [path, { get }] of tagged) {
        const [address = ""] = requestsOf(path, inAddress(get.parameters)).allowed
        const asked =
          path === "/v1/runs/{id}" ? `/v1/runs/${runs.body.items[0].runId}` : address.replace(/\?$/, "")
        const { headers, status } = yield* ask(asked)
        expect([asked, status, headers.get("etag")]).toEqual([asked, 200, expect.any(String)])
        const again = yield* ask(asked, { headers: { "if-none-match": headers.get("etag") ?? "" } })
        // The ages of registries move on.
        if (path !== "/v1/registries") expect([asked, again.status]).toEqual([asked, 304])
      }
    })
  )

  it.scoped("of every parameter, whose values the document and the API allow and refuse alike", () =>
    Effect.gen(function* () {
      const { port } = (yield* allowing).address() as AddressInfo
      const documented = (path: string) =>
        Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}${path}`)).status)
      const { body } = yield* ask("/openapi.json")
      let walked = 0
      for (const [path, { get }] of Object.entries<{ get: { parameters: ReadonlyArray<Parameter> } }>(
        body.paths
      )) {
        const { allowed, refused } = requestsOf(path, inAddress(get.parameters))
        for (const each of allowed) {
          const answer = yield* ask(each)
          // A cursor is of the list that it was given with, an id goes with a registry, and this database has neither the run of
          // the example nor its time.
          const wanted = /[?&](?:cursor|id)=/.test(each)
            ? 400
            : /^\/v1\/(?:trials\/.*asOf=|runs\/.)/.test(each)
              ? 404
              : 200
          expect([each, yield* documented(each), answer.status, answer.body?.message]).toEqual([
            each,
            204,
            wanted,
            undefined
          ])
        }
        for (const { name, path } of refused) {
          const answer = yield* ask(path)
          expect([path, yield* documented(path), answer.status, answer.body.errors?.[0]?.parameter]).toEqual([
            path,
            400,
            400,
            name
          ])
        }
        walked += allowed.length + refused.length
      }
      expect(walked).toBeGreaterThan(150)
    })
  )

  it.effect("and the document refuses everything else", () =>
    Effect.gen(function* () {
      for (const path of ["/v1/trials/kdca/C130010", "/v1/trials?limit=1"]) {
        for (const wrong of Object.keys(wrongs)) {
          // A list has the fields that are asked for.
          if (path.includes("?") && wrong.endsWith("missing")) continue
          const answer = yield* ask(path, { headers: { [wrongHeader]: wrong } })
          expect([path, wrong, answer.status]).toEqual([path, wrong, 599])
        }
        expect((yield* ask(path, { headers: { [wrongHeader]: "nothing" } })).status).toBe(200)
      }
    })
  )

  it.effect("the document names every path, schema and status of the contract", () =>
    Effect.gen(function* () {
      const { body } = yield* ask("/openapi.json")
      expect(body.openapi).toBe("3.1.0")
      const { RequestHeaderFieldsTooLarge, RequestTimeout, TooManyRequests } = body.components.responses
      expect(Object.keys(TooManyRequests.headers)).toContain("RateLimit")
      // Nothing is counted of what never became a request.
      for (const { headers } of [RequestHeaderFieldsTooLarge, RequestTimeout])
        expect(Object.keys(headers)).toEqual(["X-Request-Id"])
      expect(Object.keys(body.paths)).toEqual([
        "/v1/trials",
        "/v1/trials/recent",
        "/v1/trials/{registry}/{id}",
        "/v1/trials/{registry}/{id}/history",
        "/v1/trials/{registry}/{id}/diff",
        "/v1/trials/{registry}/{id}/related",
        "/v1/identifiers/{identifier}",
        "/v1/changes",
        "/v1/changes/summary",
        "/v1/registries",
        "/v1/registries/{registry}/quality",
        "/v1/runs",
        "/v1/runs/{id}",
        "/v1/export.csv",
        "/v1/export.ndjson",
        "/v1/export.parquet",
        "/v1/changes.atom",
        "/v1/trials/{registry}/{id}/history.csv",
        "/healthz",
        "/readyz",
        "/metrics",
        "/problems",
        "/problems/{name}"
      ])
      const text = JSON.stringify(body)
      for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
        expect(Object.keys(body.components.schemas)).toContain(name)
      }
      for (const [path, { get }] of Object.entries<{
        get: {
          responses: { readonly 200: { readonly headers: object } }
          parameters: ReadonlyArray<Parameter | { readonly $ref: string }>
        }
      }>(body.paths)) {
        for (const parameter of inAddress(get.parameters)) expect(parameter).toHaveProperty("description")
        const headers = Object.keys(get.responses["200"].headers)
        const isTagged = headers.includes("ETag")
        expect([path, "304" in get.responses, get.parameters.some((each) => "$ref" in each)]).toEqual([
          path,
          isTagged,
          isTagged
        ])
        if (!path.startsWith("/v1/")) continue
        expect([path, headers]).toEqual([path, expect.arrayContaining(["X-Publication"])])
        expect(Object.keys(get.responses)).toEqual([
          "200",
          ...(isTagged ? ["304"] : []),
          "400",
          "404",
          "405",
          "408",
          ...(path === "/v1/changes" ? ["410"] : []),
          "414",
          "417",
          "429",
          "431",
          "500",
          "503"
        ])
      }
      const { get } = body.paths["/v1/trials"]
      const limit = get.parameters.find(({ name }: { name?: string }) => name === "limit")
      expect(limit.schema).toEqual({ type: "integer", minimum: 1, maximum: 100, default: 20, examples: [20] })
    })
  )

  it.effect(
    "every request of the Postman collection can be sent as imported, and making it leaves the document unchanged",
    () =>
      Effect.gen(function* () {
        const before = yield* ask("/openapi.json")
        const { body, status } = yield* ask("/postman.json")
        expect(status).toBe(200)
        expect((yield* ask("/openapi.json")).text).toBe(before.text)
        expect(body.info.schema).toContain("collection/v2.1.0")
        const requests = body.item.flatMap(({ item }: { item: ReadonlyArray<object> }) => item)
        expect(requests).toHaveLength(Object.keys(document.paths).length)
        const sent = requests.map(({ request: { url } }: { request: { url: PostmanUrl } }) => {
          const values = new Map(url.variable.map(({ key, value }) => [key, value]))
          const path = url.path.map((part) => (part.startsWith(":") ? values.get(part.slice(1)) : part))
          const query = url.query.filter(({ disabled }) => disabled !== true)
          return `/${path.join("/")}?${query.map(({ key, value }) => `${key}=${value}`).join("&")}`
        })
        for (const path of sent) {
          const { status } = yield* ask(path)
          // This database does not have the example's run.
          expect([path, status]).toEqual([path, path.startsWith("/v1/runs/") ? 404 : 200])
        }
        expect(body.variable).toContainEqual(
          expect.objectContaining({ key: "baseUrl", value: "http://localhost:3000" })
        )
      })
  )
})
