import { Schema } from "effect"
import { contract, type IdentifiedTrials, type Open, type Trial } from "trials-contract"
import { trialFields } from "trials-domain/Trial"
import { argumentsOf, ofTrial, optional, whole } from "../Arguments.js"
import { asJson, type Cut, type Json } from "../Cut.js"
import { answered, mostBytes, Refused, type Rest } from "../Reply.js"
import { tool, type Reading } from "../Tool.js"
import { pieceOf } from "../Piece.js"

const given = Schema.extend(
  Schema.Struct({
    identifier: Schema.String.pipe(Schema.minLength(1), Schema.maxLength(200)).annotations({
      description:
        "The registry's own id, one that it once gave the trial, or its id elsewhere, in any spelling: NCT01234567, C130010, " +
        "EudraCT 2014-001234-12."
    })
  }),
  Schema.partial(ofTrial.pipe(Schema.pick("registry"))).annotations({})
)

const piece = Schema.Struct({
  field: optional(
    Schema.String.annotations({
      description:
        "One field alone, or a path into one, to read a long one to its end: summary, eligibility.criteria, " +
        "primaryOutcomes.3.description."
    })
  ),
  offset: optional(
    whole(0, 10_000_000, "Where in that field to begin: a character of a text (UTF-16), an item of a list.")
  )
})

const isSaid = (value: unknown): boolean => value !== null && !(Array.isArray(value) && value.length === 0)

/** A trial without what its registry does not say, and the names of that. */
const said = (trial: Open<Trial>) => {
  const entries = Object.entries(trial)
  return {
    trial: Object.fromEntries(entries.filter(([, value]) => isSaid(value))),
    unsaid: entries.filter(([, value]) => !isSaid(value)).map(([field]) => field)
  }
}

/** The trials that are known by an identifier, as far as an agent must know of them to choose another. */
const othersOf = (found: Open<IdentifiedTrials>["items"]) =>
  found.slice(1).map(({ identifier, kind, trial: { id, registry, title } }) => ({
    registry,
    id,
    title,
    knownBy: { kind, identifier }
  }))

const none = (identifier: string): Json => ({
  found: 0,
  note: `No trial is known here by ${JSON.stringify(identifier)}. search_trials looks for words.`
})

interface Found {
  readonly registry: string
  readonly id: string
  readonly more: { readonly [name: string]: Json }
}

/** Which trial an identifier is of. */
const find = async (
  { identifier, registry }: { readonly identifier: string; readonly registry?: string },
  { api, fetchOptions }: Reading
): Promise<Found | null> => {
  if (registry !== undefined) return { registry, id: identifier, more: {} }
  const { items } = await api.identifiers.get({ params: { identifier }, fetchOptions })
  const [first] = items
  if (first === undefined) return null
  const more = { knownBy: { kind: first.kind, identifier: first.identifier }, others: othersOf(items) }
  return { registry: first.trial.registry, id: first.trial.id, more: asJson(more) as Found["more"] } // an object
}

/** One trial. */
export const getTrial = tool({
  name: "get_trial",
  title: "One trial",
  description:
    "One trial with everything that its registry says, by any identifier in any spelling; with registry, by its exact id there. " +
    "Where several trials are known by it, the first is shown and others lists the rest. asOf: as it had been observed at an " +
    "instant. What the registry does not say is only named, in unsaid. Long texts and lists are cut, and cut says where the " +
    "rest is: field and offset page through one field. A coded value has the registry's own text beside it (…Raw). The status " +
    "unknown does not mean that a trial is open: lastKnownStatus and statusRaw tell more.",
  arguments: argumentsOf(Schema.extend(Schema.extend(given, contract.trials.get.query), piece)),
  answer: async ({ asOf, field, identifier, offset = 0, registry }, reading) => {
    const { addressOf, api, fetchOptions } = reading
    if (offset > 0 && field === undefined)
      throw new Refused({
        title: "Invalid arguments",
        detail: "offset is a place in a field: give field too."
      })
    const found = await find({ identifier, ...(registry === undefined ? {} : { registry }) }, reading)
    if (found === null) return answered(none(identifier), () => "Ask with a shorter identifier.")
    const { id, more, registry: home } = found
    const trial = await api.trials.get({ params: { registry: home, id }, query: { asOf }, fetchOptions })
    const again = { identifier: id, registry: home, ...(asOf === undefined ? {} : { asOf }) }
    const then = asOf === undefined ? "" : `?asOf=${asOf}`
    const address = addressOf(`/v1/trials/${encodeURIComponent(home)}/${encodeURIComponent(id)}${then}`)
    const restAt = (path: ReadonlyArray<string | number>, from: number): Rest => ({
      tool: "get_trial",
      arguments: { ...again, field: path.join("."), offset: from }
    })
    if (field === undefined) {
      const restOf = ({ kept, path: [of, ...path] }: Cut): Rest => {
        if (of !== "trial") return addressOf(`/v1/identifiers/${encodeURIComponent(identifier)}`)
        return path.length === 0 ? address : restAt(path, kept)
      }
      return answered(asJson({ ...said(trial), ...more }), restOf)
    }
    const path = field.split(".")
    const piece = pieceOf(asJson(trial), path, offset, mostBytes - 2048)
    if (piece === null) {
      const detail = `There is no ${field} in this trial. Its fields are ${trialFields.join(", ")}.`
      throw new Refused({ title: "No such field", detail, errors: [{ parameter: "field", detail }] })
    }
    const { next, ...rest } = piece
    const answer = { registry: home, id, field, offset, ...rest, nextOffset: next }
    return answered(asJson(answer), ({ path: [, place, ...inside] }: Cut) =>
      restAt([...path, ...(place === undefined ? [] : [Number(place) + offset]), ...inside], 0)
    )
  }
})
