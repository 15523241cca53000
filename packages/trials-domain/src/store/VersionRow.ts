import { Schema } from "effect"
import { ContentText } from "../model/Content.js"
import { Trial } from "../model/Trial.js"
import { TrialVersion } from "../model/TrialVersion.js"

const flag = Schema.transformLiterals([0, false], [1, true])

/** A version as its row holds it: its changes and the trial's content are JSON text. */
export const VersionRow = Schema.Struct({
  ...TrialVersion.omit("trial", "changes", "mergedInto").fields,
  silent: flag,
  mass: flag,
  changes: Schema.parseJson(TrialVersion.fields.changes),
  content: ContentText,
  createdAt: Trial.fields.createdAt,
  updatedAt: Trial.fields.updatedAt,
  missingSince: Trial.fields.missingSince
})

/** The columns of `VersionRow` in `trial_versions v`, aliased. */
export const versionSelect = `v.registry, v.id, v.version, v.seq, v.kind, v.silent, v.mass, v.observed_at AS "observedAt",
  v.edition_date AS "editionDate", v.run_id AS "runId", v.changes, v.content,
  v.created_at AS "createdAt", v.updated_at AS "updatedAt", v.missing_since AS "missingSince"`

/** The version in a row; what its trial was merged into is not in the row. */
export const toVersion = ({
  content,
  createdAt,
  missingSince,
  updatedAt,
  ...version
}: typeof VersionRow.Type): TrialVersion => {
  const { id, registry } = version
  const trial = { ...content, registry, id, version: version.version, createdAt, updatedAt, missingSince }
  return { ...version, mergedInto: null, trial }
}
