import { TrialFilter, type TrialSort } from "trials-domain/TrialFilter"
import type { Parameters, Visit } from "../Page.js"
import type { CodedName } from "../words/Codes.js"

/** A filter of trials, by its name in addresses. */
export type FilterName = keyof typeof TrialFilter.fields

/** The names of all filters. */
export const filterNames = Object.keys(TrialFilter.fields) as ReadonlyArray<FilterName> // its own keys

/** The filters of words that are less often needed. */
export const textFields = [
  "title",
  "intervention",
  "institution",
  "sponsor",
  "department",
  "identifier"
] as const satisfies ReadonlyArray<FilterName>

/** The coded filters that are less often needed. */
export const codedFields = ["scope", "observationalModel", "sponsorClass"] as const satisfies ReadonlyArray<
  FilterName & CodedName
>

/** The ranges of dates, by the field of a trial that they are about. */
export const ranges = [
  ["registeredDate", "registeredDateFrom", "registeredDateTo"],
  ["startDate", "startDateFrom", "startDateTo"],
  ["completionDate", "completionDateFrom", "completionDateTo"],
  ["registryUpdatedDate", "registryUpdatedDateFrom", "registryUpdatedDateTo"]
] as const satisfies ReadonlyArray<readonly [string, FilterName, FilterName]>

/** The orders of the list, the usual one first. */
export const sorts = ["-updatedAt", "updatedAt", "id"] as const satisfies ReadonlyArray<TrialSort>

/** The filters that an address has, in the order of their declaration. */
export const filtersOf = ({ query }: Visit): Readonly<Partial<Record<FilterName, string>>> =>
  Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = query[name]
      return value === undefined ? [] : [[name, value]]
    })
  )

/** The filters of the changes in the trials that an address finds: changes are also of trials that are no longer listed. */
export const changesOf = (visit: Visit): Parameters => {
  const filters = filtersOf(visit)
  return { ...filters, missing: filters.missing ?? false }
}

/** The parameters of an address with some of them other ones; it begins at the first page of its list. */
export const changed = ({ query }: Visit, by: Parameters): Parameters => ({
  ...query,
  cursor: undefined,
  ...by
})
