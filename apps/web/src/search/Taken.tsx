import type { Visit } from "../Page.js"
import { changesOf, filtersOf } from "./Filters.js"
import { words } from "./Words.js"

const formats = [
  ["CSV", "/v1/export.csv"],
  ["NDJSON", "/v1/export.ndjson"],
  ["Parquet", "/v1/export.parquet"]
] as const

/** The hits as files, as a feed and for programs. */
export const Taken = ({ visit }: { readonly visit: Visit }) => {
  const { at, language, query, to } = visit
  const { changes, changesPage, json, take, takeText } = words[language]
  const filters = filtersOf(visit)
  const changed = changesOf(visit)
  const page = { ...filters, sort: query["sort"], cursor: query["cursor"] }
  return (
    <section>
      <h2>{take}</h2>
      <p>{takeText}</p>
      <ul class="inline">
        {formats.map(([name, path]) => (
          <li key={name}>
            <a href={at(path, filters)} rel="nofollow">
              {name}
            </a>
          </li>
        ))}
      </ul>
      <ul>
        <li>
          <a href={to("/changes", changed)}>{changesPage}</a>
        </li>
        <li>
          <a href={at("/v1/changes.atom", changed)}>{changes}</a>
        </li>
        <li>
          <a href={at("/v1/trials", page)}>{json}</a>
        </li>
      </ul>
    </section>
  )
}
