import { expect, it } from "@effect/vitest"
import { Arbitrary, Effect, FastCheck as fc, Layer, Redacted, Schema, SchemaAST } from "effect"
import { contract, operations, Problem, problemNames, typeOf } from "trials-contract"
import * as Database from "trials-database/Database"
import { dump } from "trials-domain/Dump"
import { ApiServer } from "../src/ApiServer.js"
import { apiOver, sampleDatabase } from "./Harness.js"
import { exchange } from "./Wire.js"

const requests = process.env["TRIALS_FAULTS"] === "long" ? 20_000 : 2000
const atOnce = 8

const attacks = [
  "",
  " ",
  "\0",
  "%",
  "%zz",
  "%00",
  "'",
  '"',
  "\\",
  "--",
  "';DROP TABLE trials;--",
  "1e9",
  "-1",
  "0x10",
  "NaN",
  "null",
  "a AND b",
  'NEAR("a" "b")',
  "col:x",
  "x*",
  "^x",
  "(",
  "a:*",
  "!a & b",
  "<->",
  "'a':*",
  "t:치매",
  "mi:1",
  "\ud800",
  "𝔘𝔫𝔦",
  "e\u0301",
  "\u200b",
  "\u202e",
  "<script>alert(1)</script>",
  "\r\nX-Evil: 1",
  "../../etc/passwd",
  "..",
  "C130010",
  "치".repeat(500),
  "a".repeat(501),
  "a-".repeat(200),
  "한 ".repeat(200),
  "9".repeat(30),
  "2026-02-30",
  "0000",
  "2020..2021",
  "[1]",
  "{}",
  "__proto__",
  "constructor",
  "true",
  "MTFmMzU2MjlbMTIxXQ",
  "ctgov",
  "kdca,ctgov",
  "title,,id",
  "*/*"
]

interface Query {
  readonly names: ReadonlyArray<string>
  readonly schema: Schema.Schema.AnyNoContext
}

/** The parameters of each call that takes some. */
const queries = new Map(
  Object.values(contract).flatMap((group) =>
    Object.values(group).map(({ operationId, query }): [string, Query | null] => {
      if (!Schema.isSchema(query)) return [operationId, null]
      const schema = query as Schema.Schema.AnyNoContext // the contract needs no services
      const names = SchemaAST.getPropertySignatures(Schema.encodedSchema(schema).ast).map(({ name }) =>
        String(name)
      )
      return [operationId, names.length === 0 ? null : { names, schema }]
    })
  )
)

/** What a schema of the contract takes, as it stands in an address. */
const written = (query: object): ReadonlyArray<readonly [string, string]> =>
  Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]))

const valid = (schema: Schema.Schema.AnyNoContext) =>
  Arbitrary.make(Schema.typeSchema(schema)).map((query) => written(Schema.encodeSync(schema)(query)))
const anything = (schema: Schema.Schema.AnyNoContext) =>
  Arbitrary.make(Schema.encodedSchema(schema)).map((query) => written(query))

const attack = fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: "binary", maxLength: 40 }))

const encoded = (text: string): string => encodeURIComponent(text.toWellFormed())

/** An address of the API: its parameters are those of the contract, any of their kind, or attacks. */
const address = fc.constantFrom(...operations).chain(({ operationId, path }) => {
  const query = queries.get(operationId) ?? null
  const names = query?.names ?? ["q"]
  const pairs =
    query === null
      ? fc.constant([])
      : fc.oneof(
          { weight: 2, arbitrary: valid(query.schema) },
          { weight: 1, arbitrary: anything(query.schema) }
        )
  return fc
    .record({
      parts: fc.array(fc.oneof(fc.constantFrom("kdca", "C130010", "NCT01234567"), attack), {
        minLength: 2,
        maxLength: 2
      }),
      pairs,
      spoilt: fc.array(fc.tuple(fc.oneof(fc.constantFrom(...names), attack), attack), { maxLength: 2 }),
      isRaw: fc.boolean()
    })
    .map(({ isRaw, pairs, parts, spoilt }) => {
      let part = 0
      const filled = path.replace(/:\w+/g, () => encoded(parts[part++ % 2] ?? "") || "x")
      const query = [...pairs, ...spoilt]
        .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
        .join("&")
      // Some clients encode nothing.
      return `${filled}?${isRaw ? query.replace(/%([2-7])/g, "%25$1") : query}`
    })
})

/** Bytes that are almost a request. */
const raw = fc
  .tuple(
    address,
    fc.constantFrom("GET", "HEAD", "POST", "OPTIONS", "get", "BREW", "G\0T", ""),
    fc.array(attack, { maxLength: 3 })
  )
  .map(
    ([path, method, lines]) =>
      `${method} ${path.replace(/%2[0-9A-F]/g, (code) => decodeURIComponent(code))} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
      `${lines.map((line) => `X-A: ${line}\r\n`).join("")}\r\n`
  )

const decodeProblem = Schema.decodeUnknownSync(Problem, { onExcessProperty: "error" })

/** A problem of a kind that there is. */
const expectProblem = (status: number, body: string, told: string): void => {
  const problem = decodeProblem(JSON.parse(body))
  expect(problem.status, told).toBe(status)
  expect(problemNames.map(typeOf), told).toContain(problem.type)
}

it.scopedLive(
  `${requests} requests made by chance give answers, problems that say what is wrong, and no defect`,
  () =>
    Effect.gen(function* () {
      const file = yield* sampleDatabase
      const dumped = Effect.provide(
        dump(),
        Layer.orDie(Database.layerReader({ url: Redacted.make(`sqlite:${file}`) }))
      )
      const before = yield* dumped
      const seen = new Map<number, number>()
      yield* Effect.gen(function* () {
        const { url } = yield* ApiServer
        const ask = (path: string) =>
          Effect.promise(async () => {
            const response = await fetch(`${url}${path}`)
            const { status } = response
            const body = await response.text()
            seen.set(status, (seen.get(status) ?? 0) + 1)
            expect([200, 503].includes(status) || (status >= 400 && status < 500), `${status} ${path}`).toBe(
              true
            )
            if (status === 200) JSON.parse(body)
            else expectProblem(status, body, path)
          })
        const send = (bytes: string) =>
          Effect.map(exchange(url, bytes), (answer) => {
            const status = Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1])
            expect(status < 500 || status === 503, `${status} ${JSON.stringify(bytes)}`).toBe(true)
            if (status >= 400 && !/^\s*HEAD /.test(bytes))
              expectProblem(status, answer.split("\r\n\r\n").slice(1).join("\r\n\r\n"), bytes)
          })
        const ofBytes = Math.floor(requests / 20)
        yield* Effect.forEach(fc.sample(address, { seed: 16, numRuns: requests - ofBytes }), ask, {
          concurrency: atOnce,
          discard: true
        })
        yield* Effect.forEach(fc.sample(raw, { seed: 17, numRuns: ofBytes }), send, {
          concurrency: atOnce,
          discard: true
        })
      }).pipe(Effect.provide(apiOver(file)))
      // By chance, both kinds of request come up.
      expect(seen.get(200)).toBeGreaterThan(requests / 20)
      expect(seen.get(400)).toBeGreaterThan(requests / 5)
      expect(yield* dumped).toBe(before)
    }),
  300_000
)
