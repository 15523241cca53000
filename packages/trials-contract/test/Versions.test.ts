import { Schema, SchemaAST } from "effect"
import { describe, expect, it } from "vitest"
import { createTrialsClient, TrialsClientError } from "../src/client/index.js"
import { filled, gaps } from "../src/client/Gaps.js"
import { contract } from "../src/contract.js"
import { createMock } from "../src/mock/index.js"
import { operations } from "../src/Operations.js"
import { lenient, strict } from "../src/validate.js"
import { rejection } from "./Responses.js"

type Json = Readonly<Record<string, unknown>>

const params = { registry: "kdca", id: "C130010" }

/** Changes each object of an answer, wherever it is. */
const changed = (change: (object: Json) => Json, value: unknown): unknown => {
  if (Array.isArray(value)) return value.map((each) => changed(change, each))
  if (typeof value !== "object" || value === null) return value
  return change(
    Object.fromEntries(Object.entries(value).map(([name, each]) => [name, changed(change, each)]))
  )
}

/** A server of another version: the mock, with each object of its answers changed. */
const serverWith = (change: (object: Json) => Json) => {
  const { fetch } = createMock()
  return async (url: string, init: RequestInit) => {
    const response = await fetch(url, init)
    return new Response(JSON.stringify(changed(change, await response.json())), response)
  }
}

/** One version newer: more fields everywhere, and codes that nobody here knows. */
const newer = serverWith((object) => ({
  ...object,
  ...("studyType" in object
    ? { studyType: "adaptive-platform", phases: ["0", "1"], sponsorClass: "industry" }
    : {}),
  ...("verdict" in object ? { verdict: "postponed" } : {}),
  ...("kind" in object ? { kind: "merged", silent: false } : {}),
  added: { in: ["a", "newer"], version: 1 }
}))

const lately = [
  "scope",
  "phases",
  "hasResults",
  "countries",
  "nextCursor",
  "proof",
  "notes",
  "examples",
  "licence"
]

/** One version older: without fields that came with this one. */
const older = serverWith((object) =>
  Object.fromEntries(Object.entries(object).filter(([name]) => !lately.includes(name)))
)

const schemas = new Map<string, Schema.Schema.AnyNoContext>(
  Object.values(contract).flatMap((group) =>
    Object.values(group).map(({ operationId, responses }) => [operationId, responses[200]] as const)
  )
)

/** Every call, with arguments for which the mock has an answer. */
const all = ({
  changes,
  identifiers,
  registries,
  runs,
  trials
}: ReturnType<typeof createTrialsClient>["orThrow"]) => ({
  trials: () => trials.list(),
  recentTrials: () => trials.recent({ query: { days: 365 } }),
  trial: () => trials.get({ params }),
  trialHistory: () => trials.history({ params }),
  trialDiff: () => trials.diff({ params, query: { from: 1, to: 2 } }),
  trialRelated: () => trials.related({ params }),
  identifier: () => identifiers.get({ params: { identifier: "c 130010" } }),
  changes: () => changes.list(),
  changesSummary: () => changes.summary(),
  registries: () => registries.list(),
  registryQuality: () => registries.quality({ params }),
  runs: () => runs.list(),
  run: () => runs.get({ params: { id: "20261105T180000Z-run002" } })
})

describe.each([
  ["without validation", {}],
  ["with lenient validation", { validate: lenient }]
])("%s", (_, options) => {
  it("a newer server breaks nothing: unknown codes and fields are there", async () => {
    const { orThrow } = createTrialsClient("", { fetch: newer, ...options })
    for (const ask of Object.values(all(orThrow))) {
      expect(await ask()).toMatchObject({ added: { in: ["a", "newer"], version: 1 } })
    }
    expect(await orThrow.trials.get({ params })).toMatchObject({
      studyType: "adaptive-platform",
      phases: ["0", "1"],
      sponsorClass: "industry"
    })
    const [change] = (await orThrow.changes.list()).items
    expect(change).toMatchObject({ kind: "merged", silent: false, trial: { added: {} } })
  })

  it("an older server breaks nothing: what it lacks is null or an empty list", async () => {
    const { orThrow } = createTrialsClient("", { fetch: older, ...options })
    for (const [name, ask] of Object.entries(all(orThrow))) {
      // What is filled is what the contract says.
      const { fetch } = createMock()
      const real = await all(createTrialsClient("", { fetch }).orThrow)[
        name as keyof ReturnType<typeof all>
      ]()
      const expected = changed(
        (object) =>
          Object.fromEntries(
            Object.entries(object).map(([field, value]) => [
              field,
              lately.includes(field) ? (Array.isArray(value) ? [] : null) : value
            ])
          ),
        real
      )
      expect([name, await ask()]).toEqual([name, expected])
    }
  })
})

it("strict takes neither, and says what it found", async () => {
  for (const [fetch, what] of [
    [newer, "studyType"],
    [older, "is missing"]
  ] as const) {
    const client = createTrialsClient("", { fetch, validate: strict })
    const error = await rejection(client.trials.get({ params }))
    expect(error).toBeInstanceOf(TrialsClientError)
    expect(error).toMatchObject({ reason: "body", status: 200, cause: expect.any(Error) })
    expect(String(error)).toContain(what)
  }
})

it("strict leaves out an unknown field", async () => {
  const fetch = serverWith((object) => ({ ...object, added: 1 }))
  const client = createTrialsClient("", { fetch, validate: strict })
  const { fetch: real } = createMock()
  for (const [name, ask] of Object.entries(all(client.orThrow))) {
    const same = all(createTrialsClient("", { fetch: real }).orThrow)[name as keyof ReturnType<typeof all>]
    expect(await ask()).toEqual(await same())
  }
})

it("lenient refuses what cannot be used, and a refusal that is none", async () => {
  const wrongs: ReadonlyArray<readonly [string, unknown]> = [
    ["title", 42],
    ["title", null],
    ["phases", "3"],
    ["phases", [3]],
    ["enrollment", "many"],
    ["studyType", { code: "observational" }],
    ["version", null]
  ]
  for (const [field, value] of wrongs) {
    const fetch = serverWith((object) => (field in object ? { ...object, [field]: value } : object))
    const error = await rejection(createTrialsClient("", { fetch, validate: lenient }).trials.list())
    expect([field, error]).toEqual([field, expect.any(TrialsClientError)])
    expect(String(error)).toContain(`items.0.${field}`)
    expect((await createTrialsClient("", { fetch }).trials.list()).status).toBe(200)
  }
  const fetch = serverWith((object) => ({ ...object, detail: 1 }))
  const missing = { params: { registry: "kdca", id: "nope" } }
  for (const validate of [lenient, strict]) {
    const error = await rejection(createTrialsClient("", { fetch, validate }).trials.get(missing))
    expect(error).toMatchObject({ reason: "body", status: 404 })
  }
})

/** The gaps of a schema: its fields that may be null, and its lists, with those inside them. */
const gapsOf = (ast: SchemaAST.AST): Record<string, unknown> | undefined => {
  if (SchemaAST.isRefinement(ast)) return gapsOf(ast.from)
  if (!SchemaAST.isTypeLiteral(ast)) return undefined
  const found = ast.propertySignatures.flatMap(({ isOptional, name, type }) => {
    const gap = isOptional ? undefined : gapOf(type)
    return gap === undefined ? [] : [[String(name), gap] as const]
  })
  return found.length === 0 ? undefined : Object.fromEntries(found)
}

const gapOf = (type: SchemaAST.AST): unknown => {
  if (SchemaAST.isUnknownKeyword(type)) return null
  const within = (or: unknown, inside: Record<string, unknown> | undefined) =>
    inside === undefined ? or : or === undefined ? { in: inside } : { or, in: inside }
  if (SchemaAST.isTupleType(type)) return within([], type.rest[0] && gapsOf(type.rest[0].type))
  if (!SchemaAST.isUnion(type)) return within(undefined, gapsOf(type))
  const isNull = (each: SchemaAST.AST) => SchemaAST.isLiteral(each) && each.literal === null
  const [other] = type.types.filter((each) => !isNull(each))
  return type.types.some(isNull) ? within(null, other && gapsOf(other)) : undefined
}

it("the table of gaps is that of the schemas", () => {
  for (const { operationId } of operations) {
    const schema = schemas.get(operationId)
    expect([operationId, gaps[operationId]]).toEqual([operationId, schema && gapsOf(schema.ast)])
  }
})

it("filling a whole answer changes nothing", async () => {
  const { fetch } = createMock()
  for (const [name, ask] of Object.entries(all(createTrialsClient("", { fetch }).orThrow))) {
    const body = await ask()
    expect(filled(body, gaps[name as keyof typeof gaps])).toEqual(body)
  }
})
