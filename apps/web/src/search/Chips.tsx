import type { Visit } from "../Page.js"
import { changed, filtersOf } from "./Filters.js"
import { filterLabel, valueLabel } from "./Label.js"
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
          const label = filterLabel(language, name)
          const text =
            name === "registry" ? (registries.get(value) ?? value) : valueLabel(language, name, value)
          return (
            <li key={name}>
              <a href={to("/search", changed(visit, { [name]: undefined }))} title={remove(label)}>
                {label}
                {name !== "missing" && (
                  <>
                    : <bdi>{text}</bdi>
                  </>
                )}{" "}
                <span aria-hidden="true">×</span>
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
