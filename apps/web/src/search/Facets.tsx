import { mostText } from "trials-domain/TrialFilter"
import type { Visit } from "../Page.js"
import { whole } from "../text/Numbers.js"
import { FilterValue } from "./FilterValue.js"
import { changed } from "./Filters.js"
import { filterLabel } from "./Label.js"
import { facetNames, type Listing } from "./Listing.js"
import { words } from "./Words.js"

type Name = (typeof facetNames)[number]

interface Shown {
  readonly name: Name
  readonly registries: ReadonlyMap<string, string>
  readonly visit: Visit
}

interface Counted {
  readonly value: string | null
  readonly count: number
}

const shown = 6
const folded = 30

/** What is counted by its whole text, and found by its words. */
const ofWords: ReadonlySet<Name> = new Set(["condition", "department", "institution"])

const Value = ({ name, registries, value, visit }: Shown & { readonly value: string | null }) => {
  const { language, to } = visit
  if (value === null) return <span class="soft">{words[language].notSaid}</span>
  const text = <FilterValue name={name} registries={registries} value={value} visit={visit} />
  // A filter takes no longer text.
  if (value.trim() === "" || value.length > mostText) return <span>{text}</span>
  return (
    <a href={to("/search", changed(visit, { [name]: value }))}>
      <span class="visually-hidden">{filterLabel(language, name)}: </span>
      {text}
    </a>
  )
}

const Values = ({ values, ...rest }: Shown & { readonly values: ReadonlyArray<Counted> }) => (
  <ul>
    {values.map(({ count, value }) => (
      <li key={value}>
        <Value value={value} {...rest} />
        <span class="n soft">{whole(rest.visit.language, count)}</span>
      </li>
    ))}
  </ul>
)

const Facet = ({ values, ...rest }: Shown & { readonly values: ReadonlyArray<Counted> }) => {
  const { language } = rest.visit
  const { exact, moreValues, mostValues } = words[language]
  const more = values.slice(shown, shown + folded)
  return (
    <div class="facet">
      <h3>{filterLabel(language, rest.name)}</h3>
      {ofWords.has(rest.name) && <p class="small soft">{exact}</p>}
      <Values values={values.slice(0, shown)} {...rest} />
      {more.length > 0 && (
        <details>
          <summary class="small">{moreValues(more.length)}</summary>
          <Values values={more} {...rest} />
        </details>
      )}
      {values.length > shown + folded && <p class="small soft">{mostValues(shown + folded)}</p>}
    </div>
  )
}

/** The hits counted by their values, each as a link that narrows. What is chosen already, and what tells nothing apart, is left out. */
export const Facets = ({
  listing: { facets },
  ...rest
}: Omit<Shown, "name"> & { readonly listing: Listing }) => {
  const { language, query } = rest.visit
  if (facets === undefined || facets.counted === 0) return null
  const useful = facetNames.flatMap((name) => {
    const values = facets.fields[name] ?? []
    const isTelling = values.some(({ count, value }) => value !== null && count < facets.counted)
    return query[name] === undefined && isTelling ? [{ name, values }] : []
  })
  if (useful.length === 0) return null
  return (
    <section class="facets" aria-labelledby="narrow">
      <h2 id="narrow">{words[language].narrow}</h2>
      {!facets.complete && <p class="small soft">{words[language].counted(facets.counted)}</p>}
      {useful.map(({ name, values }) => (
        <Facet key={name} name={name} values={values} {...rest} />
      ))}
    </section>
  )
}
