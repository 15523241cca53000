import { fold } from "../model/Text.js"
import type { TrialContent } from "../model/Trial.js"

/** The folded text under which a trial is found: all of it, and the three fields with filters of their own. */
export interface SearchKeys {
  readonly text: string
  readonly title: string
  readonly department: string
  readonly institution: string
}

export const searchKeys = (id: string, content: TrialContent): SearchKeys => {
  const titles = [content.title, content.officialTitle ?? ""].map(fold)
  const department = fold(content.department ?? "")
  const institution = fold(content.leadInstitution ?? "")
  const others = [
    content.studyTypeRaw,
    content.phaseRaw,
    content.observationalModelRaw,
    content.scopeRaw,
    ...content.conditions,
    ...content.interventions
  ].map((part) => fold(part ?? ""))
  return {
    text: [fold(id), ...titles, department, institution, ...others].filter((part) => part !== "").join("\n"),
    title: titles.join("\n"),
    department,
    institution
  }
}
