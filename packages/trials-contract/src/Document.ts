/**
 * The API as an OpenAPI document. `build.mjs` writes it into the package; nothing loads this module at run time.
 *
 * @module
 */
import { initContract } from "@ts-rest/core"
import { generateOpenApi } from "@ts-rest/open-api"
import * as OpenApiJsonSchema from "@effect/platform/OpenApiJsonSchema"
import { Schema } from "effect"
import { STATUS_CODES } from "node:http"
import { ChosenFields } from "./Bodies.js"
import { contract, exportContract, textContract } from "./contract.js"
import { answers, exported, lines, meanings, parameterExample, problemExample, texts } from "./Examples.js"
import {
  answerType,
  exportRoutes,
  exportTypes,
  ndjsonType,
  type OperationId,
  problemType,
  refusals,
  type Route,
  routes,
  textRoutes,
  textTypes
} from "./Routes.js"
import { service } from "./Service.js"

type Options = NonNullable<Parameters<typeof generateOpenApi>[2]>
type Operation = Parameters<NonNullable<Options["operationMapper"]>>[0]

const schemas: Record<string, OpenApiJsonSchema.JsonSchema> = {}

const schemaOf = (schema: Schema.Schema.AnyNoContext) => {
  const made = OpenApiJsonSchema.makeWithDefs(schema, {
    defs: schemas,
    // Later versions may add fields.
    additionalPropertiesStrategy: "allow"
  })
  // Copies each part, because the generator removes the descriptions from its input.
  return JSON.parse(JSON.stringify(made))
}

type Transformer = NonNullable<Options["schemaTransformer"]>

// The contract's schemas need nothing to be decoded.
const transform: Transformer = ({ schema }) =>
  Schema.isSchema(schema) ? schemaOf(schema as Schema.Schema.AnyNoContext) : null

const header = (description: string, type: "string" | "integer") => ({ description, schema: { type } })

const named = { "X-Request-Id": header("Names the request in the log.", "string") }

/** The statuses with which is refused what never became a request: nothing is counted then. */
const uncounted: ReadonlySet<number> = new Set([408, 431])

const everywhere = {
  ...named,
  RateLimit: header(
    "How many requests the client has left, and in how many seconds it has all again. Not on /healthz, /readyz and /metrics, not " +
      "where clients are not limited, and not where what was sent could not be read as a request.",
    "string"
  ),
  "RateLimit-Policy": header(
    "How many requests a client may send in how many seconds, where `RateLimit` is sent.",
    "string"
  )
}

const tag = {
  ETag: header("What If-None-Match takes: 304 says that the answer is still the same.", "string")
}

/** What an answer has that may be kept. */
const kept = {
  ...tag,
  "X-Publication": header("Two answers with the same one were read from the same state.", "integer")
}

const paged: ReadonlySet<string> = new Set<OperationId>(["trials", "recentTrials", "trialHistory", "runs"])

interface Place {
  readonly group: string
  readonly operationId: OperationId | ExportId | TextId
}

type TextId = (typeof textRoutes)[keyof typeof textRoutes]["operationId"]
type ExportId = (typeof exportRoutes)[keyof typeof exportRoutes]["operationId"]

/** The format of an export; undefined of any other call. */
const formatOf = (id: Place["operationId"]): keyof typeof exportRoutes | undefined =>
  formats.find((format) => exportRoutes[format].operationId === id)

/** The text that a call answers; undefined of any other call. */
const textOf = (id: Place["operationId"]): keyof typeof textRoutes | undefined =>
  (["atom", "history"] as const).find((text) => textRoutes[text].operationId === id)

const formats = ["csv", "ndjson", "parquet"] as const

/** The group and the name of the call at a path. */
const placeOf = (path: string): Place => {
  const { atom, history } = textRoutes
  const groups = {
    ...routes,
    trials: { ...routes.trials, csv: history },
    changes: { ...routes.changes, atom },
    exports: exportRoutes
  }
  for (const [group, calls] of Object.entries(groups))
    for (const { operationId, path: its } of Object.values<Route>(calls))
      // The table is made of these.
      if (its === path) return { group, operationId: operationId as Place["operationId"] }
  throw new Error(`${path} is not a path of the API`)
}

const retryAfter = {
  "Retry-After": header("Seconds after which asking again may help.", "integer")
}

const headersOf: Readonly<Record<number, object>> = {
  405: { Allow: header("What may be asked.", "string") },
  429: retryAfter,
  503: retryAfter
}

const problems = [...refusals, 410] as const

const nameOf = (status: number): string =>
  (STATUS_CODES[status] ?? String(status)).replaceAll(/[^A-Za-z]/g, "")

/** What asks whether an answer is still the one that the client has, and the answer where it is. */
const ifNoneMatch = {
  name: "If-None-Match",
  in: "header",
  description:
    "The `ETag` of an answer that the client has, or several, separated by commas: 304 where one of them is that of the " +
    "answer. What is no list of tags is ignored.",
  schema: { type: "string", examples: ['W/"xkJ0SXrlfB2cVQ5vHdl4kBLtHmM"'] }
}
const conditional = { $ref: "#/components/parameters/IfNoneMatch" }
const unchanged = { 304: { $ref: "#/components/responses/NotModified" } }

/** Every refusal, described once for all calls. */
const refused = Object.fromEntries(
  await Promise.all(
    problems.map(async (status) => [
      nameOf(status),
      {
        description: meanings[status],
        headers: { ...(uncounted.has(status) ? named : everywhere), ...headersOf[status] },
        content: {
          [problemType]: {
            schema: { $ref: "#/components/schemas/Problem" },
            example: await problemExample(status)
          }
        }
      }
    ])
  )
)

const responses = {
  NotModified: {
    description: "The answer is still one that `If-None-Match` names, and is not sent again.",
    headers: { ...everywhere, ...tag }
  },
  ...refused
}

const refusalOf = (status: number) => ({ $ref: `#/components/responses/${nameOf(status)}` })

/** The answer that was asked for, with its headers and an example. */
const answered = (response: { readonly content?: object }, id: Place["operationId"], summary = "") => {
  const format = formatOf(id)
  if (format !== undefined) {
    const type = exportTypes[format]
    const { [type]: file }: Readonly<Record<string, object>> = { [type]: {}, ...response.content }
    return {
      ...response,
      description: `${summary}.`,
      headers: {
        ...everywhere,
        "X-Publication": kept["X-Publication"],
        "Content-Disposition": header("The name of the file.", "string")
      },
      content: { [type]: { ...file, example: exported[format] } }
    }
  }
  const text = textOf(id)
  if (text !== undefined) {
    const type = textTypes[text]
    const { [type]: body }: Readonly<Record<string, object>> = { [type]: {}, ...response.content }
    return {
      ...response,
      description: `${summary}.`,
      headers: { ...everywhere, ...kept },
      content: { [type]: { ...body, example: texts[text] } }
    }
  }
  const { [answerType]: json } = { [answerType]: {}, ...response.content }
  const feed = id === "changes"
  return {
    ...response,
    description: `${summary}.`,
    headers: {
      ...everywhere,
      ...kept,
      ...(paged.has(id)
        ? {
            Link: header(
              "Where there is a next page: `rel=next`, an address or a reference relative to the one that was asked.",
              "string"
            )
          }
        : {}),
      ...(feed
        ? {
            "X-Next-After": header("`nextAfter`, of an answer in NDJSON.", "string"),
            "X-Next-Cursor": header("`nextCursor`, of an answer in NDJSON that has one.", "string")
          }
        : {})
    },
    content: {
      [answerType]: { ...json, example: answers[id as OperationId] }, // the others are exports
      ...(feed ? { [ndjsonType]: { schema: { type: "string" }, example: lines } } : {})
    }
  }
}

/** Gives a call its place, and its answers their meaning. */
const described = (
  { responses: given, ...operation }: Operation,
  { group, operationId: id }: Place
): Operation => {
  const said = Object.entries<object>(given).map(([status, response]) => [
    status,
    status === "200" ? answered(response, id, operation.summary) : refusalOf(Number(status))
  ])
  // An export is never the same again.
  const isTagged = formatOf(id) === undefined
  const parameters = [...(operation.parameters ?? []).map(withExample), ...(isTagged ? [conditional] : [])]
  const responses = { ...Object.fromEntries(said), ...(isTagged ? unchanged : {}) }
  return { ...operation, tags: [group], parameters, operationId: id, responses }
}

type Parameter = NonNullable<Operation["parameters"]>[number]

/** Gives a parameter an example. That of a required one is filled in by Swagger UI, so that a request can be sent as it stands. */
const withExample = (parameter: Parameter): Parameter => {
  if (!("schema" in parameter) || parameter.schema === undefined || "$ref" in parameter.schema)
    return parameter
  const example = parameterExample(parameter.name, parameter.schema)
  if (example === undefined) return parameter
  const schema = { ...parameter.schema, examples: [example] }
  return { ...parameter, schema, ...(parameter.required === true ? { example } : {}) }
}

const generated = generateOpenApi(
  initContract().router({ ...contract, exports: exportContract, texts: textContract }),
  {
    info: {
      title: "trials",
      version: "1.0.0",
      description:
        "Clinical trials as their registries list them, every change with its cause. Read-only. " +
        "A refusal is `application/problem+json` (RFC 9457).",
      license: { name: "MIT", identifier: "MIT" }
    },
    servers: [{ url: ".", description: "This server: where this document is" }],
    // Everything is public.
    security: [],
    tags: [
      { name: "trials", description: "What the registries say." },
      { name: "identifiers", description: "Trials by any number that they have, in any registry." },
      { name: "changes", description: "What changed, in order." },
      { name: "exports", description: "Whole lists of whole trials, as files." },
      { name: "registries", description: "Where it comes from, and how fresh it is." },
      { name: "runs", description: "The ledger of all runs." },
      { name: "health", description: "How the API is: for who runs it." },
      { name: "problems", description: "What the refusals mean." }
    ]
  },
  {
    schemaTransformer: transform,
    operationMapper: (operation, { path }) => described(operation, placeOf(path))
  }
)

/** The paths beside the contract. */
const beside = Object.fromEntries(
  Object.entries(service).map(([path, its]) => {
    const { description, example, isTagged, operationId, parameter, refuses, schema, summary, type } = its
    const content = { [type]: { schema: schemaOf(schema), example } }
    const headers = { ...(its.tag === "health" ? named : everywhere), ...(isTagged ? tag : {}) }
    const parameters = [
      ...(parameter === undefined
        ? []
        : [
            {
              name: parameter.name,
              in: "path",
              required: true,
              description: parameter.description,
              schema: { type: "string", examples: [parameter.example] },
              example: parameter.example
            }
          ]),
      ...(isTagged ? [conditional] : [])
    ]
    const responses = {
      200: { description: `${summary}.`, headers, content },
      ...(isTagged ? unchanged : {}),
      ...Object.fromEntries(refuses.map((status) => [status, refusalOf(status)]))
    }
    return [path, { get: { operationId, tags: [its.tag], summary, description, parameters, responses } }]
  })
)

/**
 * Removes `$id`, because Effect gives the same one to every schema of an unknown value and ids must be unique. Removes
 * `additionalProperties: true`, which is the default and fills examples with made-up names.
 */
const plain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]) =>
      name === "$id" || (name === "additionalProperties" && each === true) ? [] : [[name, plain(each)]]
    )
  )
}

OpenApiJsonSchema.makeWithDefs(ChosenFields, { defs: schemas, additionalPropertiesStrategy: "allow" })

/** A page of trials as it is sent: where `fields` is given, its trials have these in place of their short fields. */
const pages = plain(schemas) as { readonly TrialPage: { readonly properties: { readonly items: object } } } // so it is
const chosen = {
  ...pages,
  TrialPage: {
    ...pages.TrialPage,
    properties: {
      ...pages.TrialPage.properties,
      items: {
        type: "array",
        items: {
          anyOf: [
            { $ref: "#/components/schemas/TrialSummary" },
            { $ref: "#/components/schemas/ChosenFields" }
          ]
        }
      }
    }
  }
}

/** The API as an OpenAPI 3.1 document, made from the contract. */
export const document = {
  ...generated,
  openapi: "3.1.0",
  paths: { ...generated.paths, ...beside },
  components: { schemas: chosen, responses, parameters: { IfNoneMatch: ifNoneMatch } }
}
