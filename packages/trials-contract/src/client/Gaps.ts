/**
 * What stands for the fields that an older server does not have yet: null where a field may be null, and an empty list
 * for a list. The types are made from the contract, so that a field that is missing here does not compile.
 *
 * @module
 */
import type { OperationId } from "../Routes.js"
import type { BodyOf, CallsById } from "./Calls.js"

type Empty = null | readonly []

/** What stands for each field of an object, and for each field of what is in it. */
interface Gaps {
  readonly [field: string]: Empty | { readonly or?: Empty; readonly in: Gaps }
}

type Inside<Value, Or> = [keyof GapsOf<Value>] extends [never]
  ? Or extends Empty
    ? Or
    : never
  : Or extends Empty
    ? { readonly or: Or; readonly in: GapsOf<Value> }
    : { readonly in: GapsOf<Value> }

type GapOf<Value> = unknown extends Value
  ? null
  : [Value] extends [ReadonlyArray<infer Item>]
    ? Inside<Item, readonly []>
    : null extends Value
      ? NonNullable<Value> extends object
        ? Inside<NonNullable<Value>, null>
        : null
      : Value extends object
        ? Inside<Value, undefined>
        : never

// A field that may be left out has no gap: where it is absent, that is what it says.
type GapsOf<Type> = Type extends object
  ? {
      readonly [
        Field in keyof Type as Record<never, never> extends Pick<Type, Field>
          ? never
          : [GapOf<Type[Field]>] extends [never]
            ? never
            : Field
      ]: GapOf<Type[Field]>
    }
  : Record<never, never>

const items = <const Item extends Gaps>(item: Item) => ({ items: { or: [], in: item } }) as const
const page = <const Item extends Gaps>(item: Item) => ({ ...items(item), nextCursor: null }) as const

const summary = {
  url: null,
  studyType: null,
  studyTypeRaw: null,
  phases: [],
  phaseRaw: null,
  observationalModel: null,
  observationalModelRaw: null,
  scope: null,
  scopeRaw: null,
  acronym: null,
  department: null,
  leadInstitution: null,
  sponsorClass: null,
  status: null,
  statusRaw: null,
  lastKnownStatus: null,
  conditions: [],
  interventionNames: [],
  enrollment: null,
  enrollmentType: null,
  enrollmentRaw: null,
  durationMonths: null,
  durationRaw: null,
  registeredDate: null,
  startDate: null,
  startDateType: null,
  primaryCompletionDate: null,
  primaryCompletionDateType: null,
  completionDate: null,
  completionDateType: null,
  registryUpdatedDate: null,
  countries: [],
  hasResults: null,
  resultsDate: null,
  missingSince: null
} as const
const outcomes = { or: [], in: { timeFrame: null, description: null } } as const
const trial = {
  ...summary,
  officialTitle: null,
  secondaryIds: { or: [], in: { id: null, kind: null, issuer: null } },
  formerIds: [],
  funders: [],
  collaborators: [],
  whyStopped: null,
  keywords: [],
  interventions: { or: [], in: { type: null, otherNames: [] } },
  arms: { or: [], in: { type: null } },
  design: { or: null, in: { allocation: null, masking: null, purpose: null, assignment: null } },
  eligibility: {
    or: null,
    in: { criteria: null, sex: null, minimumAge: null, maximumAge: null, healthyVolunteers: null }
  },
  countriesRaw: [],
  primaryOutcomes: outcomes,
  secondaryOutcomes: outcomes,
  otherOutcomes: outcomes,
  ethicsReview: null,
  ipdSharing: null,
  summary: null
} as const
const changes = { or: [], in: { from: null, to: null } } as const
const version = { editionDate: null, mergedInto: null, changes, trial: { in: trial } } as const
const revision = { or: null, in: { date: null, title: null } } as const
const report = {
  revision,
  verdict: null,
  finishedAt: null,
  counts: { in: { expected: null } },
  reason: { or: null, in: { examples: [] } }
} as const
const run = {
  ...report,
  proof: null,
  dataTimestamp: null,
  observedAt: null,
  audit: { or: null, in: { bucket: null } },
  notes: []
} as const
const finding = { field: null, examples: { or: [], in: { value: null } } } as const
const trend = { previous: null, delta: null } as const
const records = { or: [], in: { id: null } } as const

/** What stands for the absent fields of each answer. */
export const gaps: { readonly [Id in OperationId]: GapsOf<BodyOf<CallsById[Id]>> & Gaps } = {
  trials: page(summary),
  recentTrials: page(summary),
  trial,
  trialHistory: page(version),
  trialDiff: { changes },
  trialRelated: items({
    trial: { in: summary },
    links: [],
    disagreements: { or: [], in: { this: null, other: null } }
  }),
  identifier: items({ trial: { in: summary } }),
  changes: { ...items(version), nextCursor: null },
  changesSummary: { kinds: [], fields: [], registries: [], days: [] },
  registries: items({
    homepage: null,
    licence: null,
    revision,
    lastRun: { or: null, in: report },
    lastProvenAt: null,
    ageSeconds: null,
    countedAgeSeconds: null,
    lastChangeAt: null
  }),
  registryQuality: {
    runId: null,
    finishedAt: null,
    previousRunId: null,
    findings: { or: [], in: { ...finding, ...trend } },
    rejected: { in: { ...trend, records } }
  },
  runs: page(run),
  run: { ...run, rejected: records, findings: { or: [], in: finding } }
}

/** Whether a value of JSON is an object. */
export const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** A value with its gaps filled. What is there stays as it is. */
export const filled = (value: unknown, gaps: Gaps): unknown => {
  if (Array.isArray(value)) return value.map((item) => filled(item, gaps))
  if (!isObject(value)) return value
  const whole: Record<string, unknown> = { ...value }
  for (const [field, gap] of Object.entries(gaps)) {
    const inside = gap !== null && "in" in gap ? gap : { or: gap, in: {} }
    if (field in whole) whole[field] = filled(whole[field], inside.in)
    else if (inside.or !== undefined) whole[field] = inside.or
  }
  return whole
}
