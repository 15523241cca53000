import { expect, it } from "@effect/vitest"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { Effect, Option, Redacted, Schema } from "effect"
import { gzipSync } from "node:zlib"
import * as Echo from "../../src/registries/http/Echo.js"
import { ofStatus } from "../../src/registries/http/HttpAnswer.js"
import * as HttpRegistry from "../../src/registries/http/HttpRegistry.js"
import { serve } from "./Listener.js"
import { meaningOf } from "../../src/registries/http/TransportCause.js"

const Studies = Schema.parseJson(Schema.Struct({ studies: Schema.Array(Schema.String) }))

it.scopedLive("reads a caller's own registry: gzipped pages, and errors in plain text", () =>
  Effect.gen(function* () {
    const { url } = yield* serve((request, response) => {
      if (request.url?.includes("bad") === true) {
        response.writeHead(400, { "content-type": "text/plain" }).end("`pageToken` is not valid")
      } else {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
        response.end(gzipSync('{"studies":["치매"]}'))
      }
    })
    const { get } = yield* HttpRegistry.make({
      registry: "own",
      classify: ({ body, status }) => ({ ...ofStatus(status), detail: `It says: ${body}.` })
    })
    const call = (path: string) =>
      get({
        request: HttpClientRequest.get(`${url}${path}`),
        setting: "OWN_URL",
        read: (body) => Schema.decodeUnknownOption(Studies)(body)
      })
    expect(yield* call("/studies")).toEqual({ studies: ["치매"] })
    expect(yield* Effect.flip(call("/bad?secret"))).toMatchObject({
      registry: "own",
      reason: "request",
      status: 400,
      message: "It says: `pageToken` is not valid."
    })
  }).pipe(Effect.provide(HttpRegistry.client))
)

it.scopedLive("refuses a body that is not UTF-8, even if it could be read", () =>
  Effect.gen(function* () {
    const bytes = Buffer.from('{"studies":["치매"]}')
    bytes[14] = 0xff
    const { url } = yield* serve((_, response) => void response.end(bytes))
    const { get } = yield* HttpRegistry.make({ registry: "own", classify: ({ status }) => ofStatus(status) })
    const read = () => Option.some("read")
    const call = get({ request: HttpClientRequest.get(url), setting: "OWN_URL", read })
    expect((yield* Effect.flip(call)).message).toContain("UTF-8")
  }).pipe(Effect.provide(HttpRegistry.client))
)

it("finds a secret in an address and in a body, however it is written there, and nothing else", () => {
  const secret = "aB3+dE6/gH9=kL2mN5pQ8rS1tU4"
  for (const spelling of [secret, encodeURIComponent(secret)]) {
    const { isIn, isRepeatedIn } = Echo.of([Redacted.make(spelling)])
    for (const host of ["x.ab3.de6.gh9.example", "AB3%2BDE6%2FGH9", "9kl2mn5p.example"]) {
      expect([host, isIn(host)]).toEqual([host, true])
    }
    for (const host of ["api.odcloud.kr", "ab3.de6.example", "127.0.0.1"]) expect(isIn(host)).toBe(false)
    const written = JSON.stringify(secret)
    for (const body of [
      written,
      written.replace("/", "\\u002F").replace("+", "\\u002b"),
      spelling.slice(3)
    ]) {
      expect([body, isRepeatedIn(`{"msg":${body}}`)]).toEqual([body, true])
    }
    for (const body of ["{}", '{"과제번호":"C130010"}']) expect(isRepeatedIn(body)).toBe(false)
  }
  expect(Echo.of([Redacted.make("a-key")]).isRepeatedIn('"a-key"')).toBe(false)
  expect(Echo.of([]).isIn("")).toBe(false)
})

/** What `fetch` fails with: the cause is nested, and may be one of several. */
const failed = (cause: unknown) => new TypeError("fetch failed", { cause })
const coded = (code: string) => Object.assign(new Error(`connect ${code} secret.example:1`), { code })

it.each([
  ["ECONNREFUSED", "network", "nothing listens there (ECONNREFUSED). Check OWN_URL"],
  ["EAI_AGAIN", "network", "(EAI_AGAIN)"],
  ["HPE_INVALID_CONSTANT", "network", "cannot be reached (HPE_INVALID_CONSTANT). Check OWN_URL"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "certificate", "NODE_EXTRA_CA_CERTS"],
  ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "certificate", "NODE_EXTRA_CA_CERTS"],
  ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "certificate", "NODE_EXTRA_CA_CERTS"],
  ["CERT_HAS_EXPIRED", "certificate", "clock"],
  [
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "certificate",
    "for another name (ERR_TLS_CERT_ALTNAME_INVALID): check OWN_URL"
  ]
])("%s is reported, without an address", (code, reason, text) => {
  for (const cause of [coded(code), new AggregateError([coded(code), coded(code)])]) {
    const meaning = meaningOf({ _tag: "RequestError", cause: failed(cause) }, "OWN_URL")
    expect(meaning).toMatchObject({ reason, passing: reason === "network" })
    expect(meaning.detail).toContain(text)
    expect(meaning.detail).not.toContain("secret")
  }
})

it("a failure without a code is also reported", () => {
  expect(meaningOf(failed(new Error("bad port")), "OWN_URL")).toEqual({
    reason: "network",
    passing: true,
    detail: expect.stringContaining("cannot be reached. Check OWN_URL")
  })
})
