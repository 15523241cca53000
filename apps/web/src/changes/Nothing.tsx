import type { Visit } from "../Page.js"
import { InstantOf } from "../values/Dates.js"
import { SaidTitle } from "../values/SaidText.js"
import type { RegistryState } from "../registries/Answers.js"
import { filtersOf } from "./Filters.js"
import { words } from "./Words.js"

/** That nothing changed, and when the registries were last seen whole: only then it is known. */
export const Nothing = ({
  registries,
  visit
}: {
  readonly registries: ReadonlyArray<RegistryState>
  readonly visit: Visit
}) => {
  const { language, query } = visit
  const said = words[language]
  const isFiltered = Object.keys(filtersOf(visit)).length > 0
  const asked = registries.filter(({ name }) => query["registry"] === undefined || query["registry"] === name)
  return (
    <div class="notice">
      <p>{isFiltered ? said.noneOfThese : said.none}</p>
      <ul>
        {asked.map(({ lastProvenAt, name, title }) => (
          <li>
            <a href={visit.to(`/registries/${encodeURIComponent(name)}`)}>
              <SaidTitle registry={name} text={title} />
            </a>
            :{" "}
            {lastProvenAt === null ? (
              said.neverProven
            ) : (
              <>
                {said.proven} <InstantOf instant={lastProvenAt} language={language} />
              </>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
