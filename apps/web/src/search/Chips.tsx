import type { Visit } from "../Page.js"
import { FilterValue } from "./FilterValue.js"
import { changed, filtersOf } from "./Filters.js"
import { filterLabel } from "./Label.js"
import type { FilterName } from "./Filters.js"
import { words } from "./Words.js"

/** The filters that are in force, each as a link to the same search without it. */
export const Chips = ({
  registries,
  visit
}: {
  readonly registries: ReadonlyMap<string, string>
  readonly visit: Visit
}) => {
  const { language, query, to } = visit
  const { active, clear, remove } = words[language]
  const given = Object.entries(filtersOf(visit)) as ReadonlyArray<[FilterName, string]> // its own keys
  if (given.length === 0) return null
  return (
    <nav aria-label={active}>
      <ul class="chips">
        {given.map(([name, value]) => {
          return (
            <li key={name}>
              <a href={to("/search", changed(visit, { [name]: undefined }))}>
                {filterLabel(language, name)}
                {name !== "missing" && (
                  <>
                    : <FilterValue name={name} registries={registries} value={value} visit={visit} />
                  </>
                )}{" "}
                <span aria-hidden="true">×</span>
                <span class="visually-hidden">{remove}</span>
              </a>
            </li>
          )
        })}
        {given.length > 1 && (
          <li>
            <a href={to("/search", { sort: query["sort"] })}>{clear}</a>
          </li>
        )}
      </ul>
    </nav>
  )
}
