import { SaidTitle } from "../values/SaidText.js"
import type { Visit } from "../Page.js"
import type { FilterName } from "./Filters.js"
import { filterValue } from "../changes/FilterLabel.js"

/** A value of a filter: in words where it is a code, else as a registry or the visitor wrote it. */
export const FilterValue = ({
  name,
  registries,
  value,
  visit: { language, query }
}: {
  readonly name: FilterName
  /** The titles of the registries, by their names. */
  readonly registries: ReadonlyMap<string, string>
  readonly value: string
  readonly visit: Visit
}) => {
  const label = name === "registry" ? (registries.get(value) ?? value) : filterValue(language, name, value)
  if (label !== value && name !== "registry") return <>{label}</>
  // What is counted over several registries is in the language that its letters tell.
  const [any = ""] = registries.keys()
  const writer = name === "registry" ? value : (query["registry"] ?? any)
  return <SaidTitle registry={writer} text={label} most={80} />
}
