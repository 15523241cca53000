import { Schema } from "effect"
import type { Open, RegistryState, RunSummary } from "trials-contract"
import { proofMeaning } from "trials-domain/Run"
import { argumentsOf, ofTrial } from "../Arguments.js"
import { asJson } from "../Cut.js"
import { answered, Refused } from "../Reply.js"
import { type Reading, tool } from "../Tool.js"

const meanings: Readonly<Record<string, string | undefined>> = proofMeaning

// The last proven run is older than this many where a registry has failed for months.
const looked = 100

/** The run that proved last that it saw all of a registry; null where it is not among the newest. */
const provenOf = async (
  { lastProvenAt, name }: Open<RegistryState>,
  { api, fetchOptions }: Reading
): Promise<Open<RunSummary> | null> => {
  if (lastProvenAt === null) return null
  const { items } = await api.runs.list({ query: { registry: name, limit: looked }, fetchOptions })
  return items.find(({ finishedAt, proof }) => proof !== null && finishedAt === lastProvenAt) ?? null
}

const shown = async (state: Open<RegistryState>, reading: Reading) => {
  const proven = await provenOf(state, reading)
  const { ageSeconds, attribution, countedAgeSeconds, homepage, lastChangeAt, lastProvenAt, lastRun } = state
  return {
    registry: state.name,
    title: state.title,
    homepage,
    trials: state.trials,
    provenAt: lastProvenAt,
    ageSeconds,
    countedAgeSeconds,
    proof:
      proven === null || proven.proof === null
        ? null
        : { kind: proven.proof, shows: meanings[proven.proof] ?? null, runId: proven.runId },
    revision: state.revision,
    lastChangeAt,
    publishes: state.publishes,
    lastRun: lastRun && {
      runId: lastRun.runId,
      verdict: lastRun.verdict,
      startedAt: lastRun.startedAt,
      finishedAt: lastRun.finishedAt,
      reason: lastRun.reason
    },
    attribution,
    licence: state.licence
  }
}

/** How fresh everything is. */
export const freshness = tool({
  name: "freshness",
  title: "How fresh the data are",
  description:
    "Of each registry: when a run last proved that it saw all of it, how (proof.shows says what that proof shows, and no " +
    "more), how old that is, how many trials it lists, how the last run ended, to whom the data are attributed, and their " +
    "licence (null: not confirmed). Say how old the data are where an answer depends on it.",
  arguments: argumentsOf(Schema.partial(ofTrial.pipe(Schema.pick("registry")))),
  answer: async ({ registry }, reading) => {
    const { addressOf, api, fetchOptions } = reading
    const { items } = await api.registries.list({ fetchOptions })
    const asked = items.filter(({ name }) => registry === undefined || name === registry)
    if (asked.length === 0 && registry !== undefined)
      throw new Refused({
        title: "Unknown registry",
        detail: `The registries are ${items.map(({ name }) => name).join(", ")}.`,
        errors: [{ parameter: "registry", detail: "is not a registry here" }]
      })
    const registries = await Promise.all(asked.map((state) => shown(state, reading)))
    return answered(asJson({ registries }), () => addressOf("/v1/registries"))
  }
})
