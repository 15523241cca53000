/**
 * What a value of a schema consists of, as far as a content needs it: texts, numbers, flags, objects, and lists of these.
 *
 * @module
 */
import { Schema, SchemaAST } from "effect"
import { isSaid } from "./Said.js"

interface Leaf {
  readonly kind: "text" | "number" | "flag"
  /** Whether a value can be had as it is, null too where nothing need be said. */
  readonly isValid: (value: unknown) => boolean
}

interface List {
  readonly kind: "list"
  readonly item: Shape
}

interface Members {
  readonly kind: "object"
  /** In the order of the schema. */
  readonly members: ReadonlyArray<readonly [name: string, shape: Shape]>
  readonly isValid: (value: unknown) => boolean
}

/** What a value consists of. */
export type Shape = Leaf | List | Members

const isNull = (ast: SchemaAST.AST): boolean => SchemaAST.isLiteral(ast) && ast.literal === null

const within = (ast: SchemaAST.AST): SchemaAST.AST => {
  if (SchemaAST.isRefinement(ast)) return within(ast.from)
  return SchemaAST.isUnion(ast)
    ? within(ast.types.find((type) => !isNull(type)) ?? SchemaAST.stringKeyword)
    : ast
}

/** The shape of the values of a schema. */
export const of = (ast: SchemaAST.AST): Shape => {
  const inner = within(ast)
  const isValid = Schema.is(Schema.make(ast))
  if (SchemaAST.isTupleType(inner)) {
    const [item] = inner.rest
    return { kind: "list", item: of(item?.type ?? SchemaAST.stringKeyword) }
  }
  if (SchemaAST.isTypeLiteral(inner)) {
    const members = inner.propertySignatures.map(({ name, type }) => [String(name), of(type)] as const)
    return { kind: "object", members, isValid }
  }
  if (SchemaAST.isNumberKeyword(inner)) return { kind: "number", isValid }
  return { kind: SchemaAST.isBooleanKeyword(inner) ? "flag" : "text", isValid }
}

/** What stands where nothing is said: null, or an empty list. */
export const absent = ({ kind }: Shape): null | readonly [] => (kind === "list" ? [] : null)

type Values = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/**
 * A copy of a value with the members of its objects in the order of the schema, and null or an empty list for those that
 * are left out. An object that says nothing is null. What is of another kind stays as it is.
 */
export const whole = (shape: Shape, value: unknown): unknown => {
  if (shape.kind === "list") {
    return Array.isArray(value) ? Array.from(value, (item: unknown) => whole(shape.item, item)) : value
  }
  if (shape.kind !== "object" || !isObject(value)) return value
  const members = shape.members.map(
    ([name, inner]) => [name, whole(inner, value[name] ?? absent(inner))] as const
  )
  return members.some(([, member]) => isSaid(member)) ? Object.fromEntries(members) : null
}

/**
 * A whole value without what it cannot have: that becomes null, or leaves its list, and is told to `find`. An object
 * that cannot do without it becomes null too. Never null where the shape is a list.
 */
export const repaired = (shape: Shape, value: unknown, find: (wrong: unknown) => void): unknown => {
  if (shape.kind === "list") {
    if (!Array.isArray(value)) {
      if (value !== undefined) find(value)
      return []
    }
    const items: ReadonlyArray<unknown> = value
    return items.flatMap((item) => {
      if (item === null || item === undefined) find(item)
      const kept = repaired(shape.item, item, find)
      return kept === null ? [] : [kept]
    })
  }
  if (value === null || value === undefined) return null
  if (shape.kind === "object" && isObject(value) && !shape.isValid(value)) {
    let isTold = false
    const findIn = (wrong: unknown): void => {
      isTold = true
      find(wrong)
    }
    const kept: unknown = Object.fromEntries(
      shape.members.map(([name, inner]) => [name, repaired(inner, value[name], findIn)])
    )
    if (shape.isValid(kept)) return kept
    // It lacks what it cannot be without.
    if (!isTold) find(value)
    return null
  }
  if (shape.isValid(value)) return value
  find(value)
  return null
}
