import type { Visit } from "../Page.js"
import { type Registries, RegistryName } from "../values/RegistryTitle.js"
import { SaidTitle } from "../values/SaidText.js"
import { filterLabel, filterValue } from "./FilterLabel.js"
import { filtersOf } from "./Filters.js"
import { words } from "./Words.js"

/** A value in words, or as it was typed. */
const Value = ({ name, registries, value, visit }: ValueProps) => {
  const { language, query } = visit
  if (name === "registry") return <RegistryName registries={registries} name={value} />
  const label = filterValue(language, name, value)
  return label === value ? <SaidTitle registry={query["registry"] ?? "kdca"} text={value} /> : <>{label}</>
}

interface InUseProps {
  readonly registries: Registries
  readonly visit: Visit
}

interface ValueProps extends InUseProps {
  readonly name: string
  readonly value: string
}

/** The filters that are in use, each as a link that leaves it out. */
export const InUse = ({ registries, visit }: InUseProps) => {
  const { language, query, to } = visit
  const used = Object.entries(filtersOf(visit))
  if (used.length === 0) return null
  return (
    <>
      <p class="soft">{words[language].filters}</p>
      <ul class="chips">
        {used.map(([name, value]) => (
          <li>
            <a href={to("/changes", { ...query, [name]: undefined, cursor: undefined })}>
              {filterLabel(language, name)}:{" "}
              <Value name={name} registries={registries} value={value} visit={visit} />{" "}
              <span aria-hidden="true">×</span>
              <span class="visually-hidden"> {words[language].leaveOut}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}
