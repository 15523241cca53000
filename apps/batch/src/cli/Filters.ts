import * as Options from "@effect/cli/Options"
import { Effect, Option, Schema } from "effect"
import { PartialDate } from "trials-domain/PartialDate"
import { searchedIn, type TrialFilter } from "trials-domain/TrialFilter"
import { filter, instant, oneOf, searched, wrong } from "./Options.js"

const isDate = Schema.is(PartialDate)

/** A date as precise as it is given: a year, a month or a day. */
const date = (name: string, description: string) =>
  filter(name, description).pipe(
    Options.mapEffect((text) =>
      text === undefined || isDate(text)
        ? Effect.succeed(text)
        : wrong(
            `Expected a day, a month or a year, as in 2026-11-23, 2026-11 or 2026, for option '--${name}'`
          )
    )
  )

const range = (name: string, what: string) => ({
  from: date(`${name}-from`, `${what} on this day, month or year, or later.`),
  to: date(`${name}-to`, `${what} on this day, month or year, or earlier.`)
})

const registered = range("registered", "First shown by the registry")
const start = range("start", "Starts")
const completion = range("completion", "Ends")
const updated = range("registry-updated", "Update shown by the registry")

const options = {
  title: filter("title", "Words in the title or the official title."),
  department: filter("department", "Words in the department."),
  institution: filter("institution", "Words in the leading institution."),
  sponsor: filter("sponsor", "Words in the leading institution, a collaborator or a funder."),
  condition: filter("condition", "Words in the conditions."),
  intervention: filter("intervention", "Words in the interventions."),
  studyType: filter("study-type", "As in observational, or the registry's own word (관찰연구)."),
  phase: filter("phase", "early-1, 1, 2, 3 or 4, or the registry's own word."),
  observationalModel: filter("model", "The observational model, as in cohort."),
  scope: filter("scope", "single-center or multi-center, or the registry's own word."),
  status: filter("status", "As in recruiting, or the registry's own word."),
  sponsorClass: filter("sponsor-class", "As in industry."),
  country: filter("country", "As in KR, or the registry's own word."),
  hasResults: oneOf("has-results", ["true", "false"], "Whether the registry shows results.").pipe(
    Options.map(Option.map((told) => told === "true")),
    Options.map(Option.getOrUndefined)
  ),
  identifier: filter("identifier", "Any number by which a trial is known."),
  registry: filter("registry", "Only this registry."),
  registeredDateFrom: registered.from,
  registeredDateTo: registered.to,
  startDateFrom: start.from,
  startDateTo: start.to,
  completionDateFrom: completion.from,
  completionDateTo: completion.to,
  registryUpdatedDateFrom: updated.from,
  registryUpdatedDateTo: updated.to,
  updatedSince: instant(
    "updated-since",
    "start",
    "Changed by the registry at this instant or date (UTC) or later."
  ).pipe(Options.map(Option.getOrUndefined)),
  updatedUntil: instant(
    "updated-until",
    "end",
    "Changed by the registry at this instant or date (UTC) or earlier."
  ).pipe(Options.map(Option.getOrUndefined)),
  missing: Options.boolean("missing").pipe(
    Options.withDescription("Trials that the registry no longer lists too.")
  )
} satisfies Readonly<Record<Exclude<keyof TrialFilter, "q">, Options.Options<unknown>>>

/** The text and the options that choose trials, as the API's parameters do. */
export const filters = { text: searched(`Words in ${searchedIn}, any case.`), filters: options }

interface Chosen {
  readonly text: Option.Option<string>
  readonly filters: Omit<TrialFilter, "q">
}

/** The filter that a command line chooses. */
export const filterOf = ({ filters, text }: Chosen): TrialFilter => ({
  ...filters,
  q: Option.getOrUndefined(text)
})
