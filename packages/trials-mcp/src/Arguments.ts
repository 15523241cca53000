import type { StandardSchemaV1 } from "@modelcontextprotocol/server"
import { JSONSchema, Schema } from "effect"
import { contract } from "trials-contract"

const closed = { parseOptions: { onExcessProperty: "error", errors: "all" } } as const

/** The arguments of a tool: any that is not among them is refused by name. */
export interface Arguments<A> {
  /** Their JSON Schema, as clients show it to a model. */
  readonly jsonSchema: Record<string, unknown>
  /** Decodes what a client sent. */
  readonly validate: StandardSchemaV1.Props<unknown, A>["validate"]
}

/**
 * Puts each definition where it is referred to, as not every client follows references, and leaves out the titles that Effect
 * gives to its checks.
 */
const inlined = (json: unknown, definitions: Readonly<Record<string, unknown>>): unknown => {
  if (Array.isArray(json)) return json.map((each) => inlined(each, definitions))
  if (typeof json !== "object" || json === null) return json
  if ("$ref" in json) return inlined(definitions[String(json.$ref).replace("#/$defs/", "")], definitions)
  return Object.fromEntries(
    Object.entries(json)
      .filter(([key, each]) => key !== "title" || typeof each !== "string")
      .map(([key, each]) => [key, inlined(each, definitions)])
  )
}

const jsonSchemaOf = (schema: Schema.Schema.AnyNoContext): Record<string, unknown> => {
  const { $defs = {}, ...json } = JSONSchema.make(schema, { target: "jsonSchema2020-12" })
  // What has keys is an object still.
  return inlined(json, $defs) as Record<string, unknown>
}

/** The arguments that a schema describes. */
export const argumentsOf = <A, I>(schema: Schema.Schema<A, I>): Arguments<A> => ({
  jsonSchema: jsonSchemaOf(schema),
  validate: Schema.standardSchemaV1(schema.annotations(closed))["~standard"].validate
})

/** No arguments at all. */
export const noArguments: Arguments<unknown> = {
  jsonSchema: { type: "object", properties: {}, additionalProperties: false },
  validate: argumentsOf(
    Schema.Record({
      key: Schema.String,
      value: Schema.Never.annotations({ message: () => "is unexpected: this tool takes no arguments" })
    })
  ).validate
}

/** A whole number. (`Schema.Int` would be a reference in the JSON Schema.) */
export const whole = (from: number, to: number, description: string) =>
  Schema.Number.pipe(Schema.int(), Schema.between(from, to)).annotations({
    description,
    message: () => ({ message: `must be a whole number from ${from} to ${to}`, override: true })
  })

/** An argument that may be left out. */
export const optional = <A, I>(schema: Schema.Schema<A, I>) => Schema.optionalWith(schema, { exact: true })

/** How many at most. */
export const limit = (most: number, normal: number) =>
  Schema.optionalWith(whole(1, most, `How many at most: 1 to ${most}, ${normal} where it is not given.`), {
    exact: true,
    default: () => normal
  })

/** The registry and the id of a trial. */
export const ofTrial = contract.trials.history.pathParams.pipe(Schema.pick("registry", "id"))

/** The filters of trials, as `/v1/trials` has them. */
export const filters = contract.trials.list.query.pipe(
  Schema.omit("facets", "fields", "sort", "limit", "cursor")
)
