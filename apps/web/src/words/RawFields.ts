import { type ContentField, contentFields, editedField } from "trials-domain/Trial"
import { isCoded } from "./Codes.js"

const byRaw: ReadonlyMap<string, ContentField> = new Map(
  contentFields
    .filter((field) => isCoded(field) && editedField(field) !== field)
    .map((field) => [editedField(field), field])
)

/** The field with the codes that a field in the registry's words is read as, as `status` of `statusRaw`. */
export const codedFrom = (field: string): ContentField | undefined => byRaw.get(field)
