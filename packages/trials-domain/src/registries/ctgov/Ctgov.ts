import { Either } from "effect"
import type { RejectedRecord } from "../../model/Finding.js"
import { tidy } from "../../model/Text.js"
import * as Registry from "../Registry.js"
import { contentOf } from "./CtgovContent.js"
import { dictionary } from "./CtgovDictionary.js"
import { censusPieces, paths } from "./CtgovRecord.js"
import { isValues, reader, valueOf } from "./CtgovStudy.js"

const idOf = (record: unknown): string | null => {
  const id = isValues(record) ? valueOf(record, "NCTId") : undefined
  return typeof id === "string" && /^NCT\d{8}$/.test(tidy(id)) ? tidy(id) : null
}

const transform = (record: unknown): Either.Either<Registry.MappedRecord, RejectedRecord> => {
  if (!isValues(record)) return Either.left({ id: null, reason: "the record is not an object" })
  const id = idOf(record)
  if (id === null) return Either.left({ id, reason: "the study has no NCT number" })
  const title = valueOf(record, "BriefTitle")
  if (typeof title !== "string" || tidy(title) === "") {
    return Either.left({ id, reason: "the study has no title" })
  }
  const read = reader()
  const content = contentOf(read, record, id, tidy(title))
  return Either.right({ id, content, findings: read.findings })
}

/** ClinicalTrials.gov of the U.S. National Library of Medicine, API version 2. */
export const ctgov: Registry.Registry = Registry.make({
  name: "ctgov",
  title: "ClinicalTrials.gov",
  homepage: "https://clinicaltrials.gov",
  attribution: "ClinicalTrials.gov, U.S. National Library of Medicine",
  publishes: "business-days",
  mappingVersion: 2,
  // The day of the data release moves on studies that did not change.
  listed: censusPieces.filter((piece) => piece !== "VersionHolder").map((piece) => paths[piece]),
  dictionary,
  transform,
  idOf
})
