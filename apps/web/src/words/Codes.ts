import { Phase } from "trials-domain/Vocabulary"
import type { InEach, Language } from "../Language.js"
import * as design from "./DesignWords.js"
import * as study from "./StudyWords.js"

/** The vocabularies by the fields, filters and members of objects that have their codes. */
const vocabularies = {
  studyType: study.studyTypes,
  phases: study.phases,
  phase: study.phases,
  observationalModel: study.observationalModels,
  scope: study.scopes,
  status: study.statuses,
  lastKnownStatus: study.statuses,
  sponsorClass: study.sponsorClasses,
  enrollmentType: study.planned,
  startDateType: study.planned,
  primaryCompletionDateType: study.planned,
  completionDateType: study.planned,
  ipdSharing: study.ipdSharings,
  interventionType: design.interventionTypes,
  armType: design.armTypes,
  allocation: design.allocations,
  masking: design.maskings,
  purpose: design.purposes,
  assignment: design.assignments,
  sex: design.sexes,
  identifierKind: design.identifierKinds
} satisfies Readonly<Record<string, study.Words<string>>>

/** What has codes: a field, a filter, or a member of an object in a field. Countries have those of ISO 3166-1. */
export type CodedName = keyof typeof vocabularies | "countries" | "country"

const byName: ReadonlyMap<string, ReadonlyMap<string, InEach<string>>> = new Map(
  Object.entries(vocabularies).map(([name, words]) => [name, new Map(Object.entries(words))])
)

const regions: InEach<Intl.DisplayNames> = {
  en: new Intl.DisplayNames("en", { type: "region" }),
  ko: new Intl.DisplayNames("ko", { type: "region" })
}

const isCountry = (name: string): boolean => name === "countries" || name === "country"

/** Whether something by this name has codes. */
export const isCoded = (name: string): name is CodedName => isCountry(name) || byName.has(name)

/** What a code is called; the code itself where it is not known here. */
export const codeLabel = (language: Language, name: CodedName, code: string): string => {
  if (isCountry(name)) return (/^[A-Z]{2}$/.test(code) ? regions[language].of(code) : undefined) ?? code
  return byName.get(name)?.get(code)?.[language] ?? code
}

/** The codes of a vocabulary with their words, in its order: for a list to choose from. None for countries. */
export const codesOf = (language: Language, name: CodedName): ReadonlyArray<readonly [string, string]> =>
  // An object has keys that are numbers before all others: phases have their order from the schema.
  (name === "phase" || name === "phases" ? Phase.literals : [...(byName.get(name)?.keys() ?? [])]).map(
    (code) => [code, codeLabel(language, name, code)]
  )
