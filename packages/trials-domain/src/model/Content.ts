/**
 * A trial's content as one JSON text. The text is canonical: its keys are sorted, and a field that is null or an empty
 * list is omitted. So equal contents have equal texts, and adding a field that is null everywhere changes no text.
 *
 * @module
 */
import { Schema, SchemaAST } from "effect"
import { type ContentField, contentFields, TrialContent } from "./Trial.js"

/** The kind of value that a field holds when it is not null. */
export type FieldKind = "text" | "number" | "flag" | "list"

const kindOf = (ast: SchemaAST.AST): FieldKind => {
  if (SchemaAST.isRefinement(ast)) return kindOf(ast.from)
  if (SchemaAST.isUnion(ast))
    return kindOf(ast.types.find((type) => !isNull(type)) ?? SchemaAST.stringKeyword)
  if (SchemaAST.isTupleType(ast)) return "list"
  if (SchemaAST.isNumberKeyword(ast)) return "number"
  return SchemaAST.isBooleanKeyword(ast) ? "flag" : "text"
}

const isNull = (ast: SchemaAST.AST): boolean => SchemaAST.isLiteral(ast) && ast.literal === null

/** The kind of every field of the content. */
export const fieldKinds = Object.fromEntries(
  contentFields.map((field) => [field, kindOf(TrialContent.fields[field].ast)])
) as Readonly<Record<ContentField, FieldKind>> // covers every field

/** Writes contents with these fields as text, and reads them back. */
export const canonical = <Fields extends Readonly<Record<string, Schema.Schema.AnyNoContext>>>(
  fields: Fields
) => {
  const named = Object.keys(fields)
    .map((field) => ({ field, key: JSON.stringify(field) }))
    .sort((a, b) => (a.field < b.field ? -1 : 1))
  const absent = Object.fromEntries(
    Object.entries(fields).map(([field, { ast }]) => [field, kindOf(ast) === "list" ? [] : null])
  )
  const toText = (value: Readonly<Record<keyof Fields, unknown>>): string => {
    const parts: Array<string> = []
    for (const { field, key } of named) {
      const part = value[field]
      if (part !== null && !(Array.isArray(part) && part.length === 0))
        parts.push(`${key}:${JSON.stringify(part)}`)
    }
    return `{${parts.join(",")}}`
  }
  /** Decodes a text to the whole content; a field that the text omits becomes null or an empty list. */
  const FromText = Schema.compose(
    Schema.transform(
      Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
      Schema.Object,
      {
        strict: true,
        decode: (found) => ({ ...absent, ...found }),
        encode: (whole) => ({ ...whole })
      }
    ),
    Schema.Struct(fields),
    { strict: false }
  )
  return { toText, FromText }
}

const ofTrials = canonical(TrialContent.fields)

/** The canonical text of a content. */
export const toText: (content: TrialContent) => string = ofTrials.toText

/** A content from its canonical text. */
export const ContentText: Schema.Schema<TrialContent, string> = ofTrials.FromText
