import type { Visit } from "../Page.js"
import { filterLabel, filterValue } from "./FilterLabel.js"
import { filtersOf } from "./Filters.js"
import { words } from "./Words.js"

/** The filters that are in use, each as a link that leaves it out. */
export const InUse = ({ visit }: { readonly visit: Visit }) => {
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
              {filterLabel(language, name)}: <bdi>{filterValue(language, name, value)}</bdi>{" "}
              <span aria-hidden="true">×</span>
              <span class="visually-hidden"> {words[language].leaveOut}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  )
}
