import { fold } from "./Text.js"
import type { TrialContent } from "./Trial.js"

/** The folded text under which a trial is found: all of it, and the three fields with filters of their own. */
export interface SearchKeys {
  readonly text: string
  readonly title: string
  readonly department: string
  readonly institution: string
}

export const searchKeys = (id: string, content: TrialContent): SearchKeys => ({
  text: [
    id,
    content.title,
    content.officialTitle,
    content.department,
    content.leadInstitution,
    content.studyTypeRaw,
    content.phaseRaw,
    content.observationalModelRaw,
    content.scopeRaw,
    ...content.conditions,
    ...content.interventions
  ]
    .filter((part) => part !== null)
    .map(fold)
    .join("\n"),
  title: [content.title, content.officialTitle ?? ""].map(fold).join("\n"),
  department: fold(content.department ?? ""),
  institution: fold(content.leadInstitution ?? "")
})
