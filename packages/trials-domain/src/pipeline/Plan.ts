import { businessDiff, type ContentChange, diff } from "../model/Change.js"
import type { TrialContent } from "../model/Trial.js"
import type { Registry } from "../registries/Registry.js"
import type { PlannedVersion } from "../store/VersionWriter.js"

/**
 * The versions that a record seen today adds to a trial; none if nothing changed. Each has one cause: first a return,
 * then fields that we requested for the first time since `lastMapping`, then edits by the registry. An edit lists
 * business fields only. If only derived fields differ, our own mapping is the cause.
 */
export const plan = (
  registry: Registry,
  lastMapping: number,
  stored: { readonly content: TrialContent; readonly missing: boolean },
  seen: TrialContent
): ReadonlyArray<PlannedVersion> => {
  const changes = diff(stored.content, seen)
  const isOurs = ({ field }: ContentChange) => (registry.requestedSince[field] ?? 1) > lastMapping
  const edits = businessDiff(stored.content, seen).filter((change) => !isOurs(change))
  const ours = edits.length === 0 ? changes : changes.filter(isOurs)
  const between: TrialContent = edits.length === 0 ? seen : apply(stored.content, ours)
  const versions: Array<PlannedVersion> = []
  if (stored.missing) versions.push({ kind: "reappeared", changes: [], content: stored.content })
  if (ours.length > 0) versions.push({ kind: "remapped", changes: ours, content: between })
  if (edits.length > 0) versions.push({ kind: "edited", changes: edits, content: seen })
  return versions
}

const apply = (content: TrialContent, changes: ReadonlyArray<ContentChange>): TrialContent => ({
  ...content,
  ...Object.fromEntries(changes.map(({ field, to }) => [field, to]))
})
