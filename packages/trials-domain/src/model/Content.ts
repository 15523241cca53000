/**
 * A trial's content as one JSON text. The text is canonical: its keys are sorted, and what is null or an empty list is
 * omitted, within objects too. So equal contents have equal texts, and adding a field that is null everywhere changes no
 * text.
 *
 * @module
 */
import { Either, type ParseResult, Schema } from "effect"
import { isSaid } from "./Said.js"
import * as Shape from "./Shape.js"
import { type ContentField, contentFields, TrialContent } from "./Trial.js"

/** The kind of value that a field holds when it is not null. */
export type FieldKind = Shape.Shape["kind"]

/** The shape of every field of the content. */
export const fieldShapes = Object.fromEntries(
  contentFields.map((field) => [field, Shape.of(TrialContent.fields[field].ast)])
) as Readonly<Record<ContentField, Shape.Shape>> // covers every field

type Values = Readonly<Record<string, unknown>>

/** The text of a value within a field, without what it does not say. */
const textOf = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null"
  if (Array.isArray(value)) return `[${value.map(textOf).join(",")}]`
  const members = value as Values // an object's values may be anything
  let text = ""
  for (const name of Object.keys(members).sort()) {
    const member = members[name]
    if (isSaid(member)) text += `${text === "" ? "" : ","}${JSON.stringify(name)}:${textOf(member)}`
  }
  return `{${text}}`
}

/** Writes contents with these fields as text, and reads them back. */
export const canonical = <Fields extends Readonly<Record<string, Schema.Schema.AnyNoContext>>>(
  fields: Fields
) => {
  const shapes = Object.entries(fields).map(([field, { ast }]) => [field, Shape.of(ast)] as const)
  const named = shapes
    .map(([field]) => ({ field, key: JSON.stringify(field) }))
    .sort((a, b) => (a.field < b.field ? -1 : 1))
  const toText = (value: Readonly<Record<keyof Fields, unknown>>): string => {
    const parts: Array<string> = []
    for (const { field, key } of named) {
      const part = value[field]
      if (isSaid(part)) parts.push(`${key}:${textOf(part)}`)
    }
    return `{${parts.join(",")}}`
  }
  const wholeOf = (found: Values) =>
    Object.fromEntries(
      shapes.map(([field, shape]) => [field, Shape.whole(shape, found[field] ?? Shape.absent(shape))])
    )
  /** Decodes a text to the whole content; what the text omits becomes null or an empty list. */
  const FromText = Schema.compose(
    Schema.transform(
      Schema.parseJson(Schema.Record({ key: Schema.String, value: Schema.Unknown })),
      Schema.Object,
      {
        strict: true,
        decode: wholeOf,
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

const shapesByField: ReadonlyMap<string, Shape.Shape> = new Map(Object.entries(fieldShapes))

/**
 * Reads canonical texts that are known to be ones, each with members of its own after the content: for whoever reads all
 * of them. It checks nothing, and each object is a copy of one that was parsed, which has room for all: an object that
 * grows by sixty members takes ten times as long. Throws where a text is not JSON.
 */
export const storedWith = <Own extends object>(
  names: ReadonlyArray<keyof Own & string>
): ((text: string, own: Own) => TrialContent & Own) => {
  const unsaid = contentFields.map((field) => [field, Shape.absent(fieldShapes[field])] as const)
  const blank: Values = JSON.parse(
    JSON.stringify(Object.fromEntries([...unsaid, ...names.map((name) => [name, null] as const)]))
  )
  return (text, own) => {
    const said: Values = JSON.parse(text)
    const whole: Record<string, unknown> = { ...blank }
    for (const field in said) {
      const shape = shapesByField.get(field)
      if (shape !== undefined) whole[field] = Shape.whole(shape, said[field])
    }
    for (const name of names) whole[name] = own[name]
    return whole as TrialContent & Own // what `toText` wrote, and `own`
  }
}

const fromText = Schema.decodeUnknownEither(ContentText)

/**
 * Reads the contents of one trial, each only once: what was read before, or is `known`, is had by its text, which is
 * quicker by far than reading it. So equal contents are one object.
 */
export const reader = (
  known: TrialContent | null
): ((text: string) => Either.Either<TrialContent, ParseResult.ParseError>) => {
  const read = new Map<string, ReturnType<typeof fromText>>()
  if (known !== null) read.set(toText(known), Either.right(known))
  return (text) => {
    const before = read.get(text)
    if (before !== undefined) return before
    const content = fromText(text)
    read.set(text, content)
    return content
  }
}
