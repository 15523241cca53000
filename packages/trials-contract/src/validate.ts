/**
 * Validations for the client, from the contract's schemas. They load Effect.
 *
 * @module
 */
import { Either, ParseResult, Schema, SchemaAST } from "effect"
import type { Codes, Validation } from "./client/Validation.js"
import { contract } from "./contract.js"
import { Problem } from "./Problem.js"

export type { Validation }

/** A schema that checks kinds alone: any text where the contract has codes or a form, any number where it has a range. */
const kinds = (ast: SchemaAST.AST): SchemaAST.AST => {
  switch (ast._tag) {
    case "Refinement":
      return kinds(ast.from)
    case "Literal":
      return typeof ast.literal === "string" ? SchemaAST.stringKeyword : ast
    case "Union":
      return SchemaAST.Union.make(ast.types.map(kinds))
    case "TupleType":
      return new SchemaAST.TupleType(
        ast.elements.map(({ isOptional, type }) => new SchemaAST.OptionalType(kinds(type), isOptional)),
        ast.rest.map(({ type }) => new SchemaAST.Type(kinds(type))),
        ast.isReadonly
      )
    case "TypeLiteral":
      return new SchemaAST.TypeLiteral(
        ast.propertySignatures.map(
          ({ isOptional, isReadonly, name, type }) =>
            new SchemaAST.PropertySignature(name, kinds(type), isOptional, isReadonly)
        ),
        ast.indexSignatures
      )
    default:
      return ast
  }
}

const bodies = new Map<string, Schema.Schema.AnyNoContext>(
  Object.values(contract).flatMap((group) =>
    Object.values(group).map(({ operationId, responses }) => [operationId, responses[200]] as const)
  )
)

/** A validation by the contract's schemas, each changed in the same way. */
const validation = <C extends Codes>(
  codes: C,
  changed: (ast: SchemaAST.AST) => SchemaAST.AST,
  options: SchemaAST.ParseOptions
): Validation<C> => {
  const decoders = new Map<Schema.Schema.AnyNoContext, (body: unknown) => unknown>()
  const decoder = (schema: Schema.Schema.AnyNoContext) => {
    const known = decoders.get(schema)
    if (known !== undefined) return known
    const decode = Schema.decodeUnknownEither(Schema.make(changed(schema.ast)), options)
    const made = (body: unknown) =>
      Either.getOrThrowWith(decode(body), (error) => {
        const [issue] = ParseResult.ArrayFormatter.formatErrorSync(error)
        return new Error(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "does not match"}`)
      })
    decoders.set(schema, made)
    return made
  }
  return {
    codes,
    check: (operation, status, body) =>
      decoder((status === 200 ? bodies.get(operation) : undefined) ?? Problem)(body)
  }
}

/** Lets pass what the contract says and no more: an unknown code is an error, and an unknown field is left out. */
export const strict = validation("closed", (ast) => ast, {})

/** Refuses what cannot be used, as a number where a text is due. Unknown codes and fields of a newer server pass. */
export const lenient = validation("open", kinds, { onExcessProperty: "preserve" })
