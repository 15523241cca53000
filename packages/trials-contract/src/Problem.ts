import type { StandardSchemaV1 } from "@standard-schema/spec"
import { Schema } from "effect"

/** What is wrong with one parameter. */
export const ParameterError = Schema.Struct({
  parameter: Schema.String.annotations({ description: "The name of the parameter, as it was sent." }),
  detail: Schema.String
}).annotations({ identifier: "ParameterError" })
export type ParameterError = typeof ParameterError.Type

/** Why a request was refused: problem details of RFC 9457, sent as `application/problem+json`. */
export const Problem = Schema.Struct({
  type: Schema.String.annotations({
    description:
      "What kind of problem it is: an address below that of the API, as in `/problems/invalid-cursor`, where the API says " +
      "what it means and what to do. Its last part is the kind, the same at every server; where a server knows the address " +
      "that people use, the type begins with it.",
    examples: ["/problems/invalid-parameters"]
  }),
  title: Schema.String.annotations({ description: "The kind in words." }),
  status: Schema.Int.pipe(Schema.between(400, 599)),
  detail: Schema.String.annotations({ description: "What to do about it." }),
  instance: Schema.String.annotations({ description: "The path that was asked for." }),
  errors: Schema.optional(Schema.Array(ParameterError)).annotations({
    description: "Each parameter that was refused."
  })
}).annotations({ identifier: "Problem", description: "Problem details, RFC 9457." })
export type Problem = typeof Problem.Type

/** Effect names what it expected as a union of quoted names. */
const plain = (message: string): string =>
  message.replace(
    /^is unexpected, expected: (.+)$/,
    (_, names: string) => `is unknown here: there are ${names.replaceAll('"', "").replaceAll(" | ", ", ")}`
  )

/** What is wrong with each parameter, from the issues of a schema. */
export const parameterErrors = (
  issues: ReadonlyArray<StandardSchemaV1.Issue>
): ReadonlyArray<ParameterError> =>
  issues.map(({ message, path = [] }) => ({ parameter: String(path[0] ?? ""), detail: plain(message) }))

/** What is wrong with all parameters, as the detail of a problem. */
export const parametersDetail = (errors: ReadonlyArray<ParameterError>): string =>
  `${errors.map(({ detail, parameter }) => `${parameter} ${detail}`).join("; ")}.`
