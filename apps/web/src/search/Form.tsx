import type { Visit } from "../Page.js"
import { codeLabel } from "../words/Codes.js"
import { fieldLabel } from "../words/Fields.js"
import { Choice, CodeField, TextField } from "./Fields.js"
import { codedFields, type FilterName, ranges, sorts, textFields } from "./Filters.js"
import { filterLabel } from "./Label.js"
import type { Listing } from "./Listing.js"
import { words } from "./Words.js"

const rare: ReadonlyArray<FilterName> = [
  ...textFields,
  ...codedFields,
  ...ranges.flatMap(([, begin, end]) => [begin, end]),
  "hasResults"
]

/** The filters that are behind a fold: it is open where one of them is in force. */
const Rare = ({ visit }: { readonly visit: Visit }) => {
  const { language, query } = visit
  const { any, dateHint, from, more, no, results, to, yes } = words[language]
  return (
    <details open={rare.some((name) => query[name] !== undefined)}>
      <summary>{more}</summary>
      <div class="fields wide">
        {textFields.map((name) => (
          <TextField key={name} name={name} visit={visit} />
        ))}
        {codedFields.map((name) => (
          <CodeField key={name} name={name} visit={visit} />
        ))}
        <Choice
          name="hasResults"
          label={results}
          any={any}
          options={[
            ["true", yes],
            ["false", no]
          ]}
          value={query["hasResults"] ?? ""}
        />
      </div>
      <p class="small soft">{dateHint}</p>
      <div class="fields wide">
        {ranges.flatMap(([field, begin, end]) => [
          <TextField key={begin} name={begin} label={from(fieldLabel(language, field))} visit={visit} />,
          <TextField key={end} name={end} label={to(fieldLabel(language, field))} visit={visit} />
        ])}
      </div>
    </details>
  )
}

/** Everything that a search may ask for, as a form whose answer is an address. */
export const Form = ({
  listing,
  registries,
  visit
}: {
  readonly listing: Listing
  readonly registries: ReadonlyMap<string, string>
  readonly visit: Visit
}) => {
  const { language, query, to } = visit
  const said = words[language]
  const countries = listing.facets?.fields.country ?? []
  return (
    <form role="search" action={to("/search")} method="get">
      <label for="f-q">{said.words}</label>
      <div class="row">
        <input id="f-q" type="search" name="q" value={query["q"] ?? ""} maxlength={500} />
        <button type="submit">{said.button}</button>
      </div>
      <div class="fields">
        <TextField name="condition" visit={visit} hint={said.hints.condition} />
        <CodeField name="status" visit={visit} />
        <CodeField name="studyType" visit={visit} />
        <CodeField name="phase" visit={visit} />
        <TextField name="country" visit={visit} hint={said.hints.country} list="countries" />
        <datalist id="countries">
          {countries.map(
            ({ value }) =>
              value !== null && <option value={value}>{codeLabel(language, "country", value)}</option>
          )}
        </datalist>
        <Choice
          name="registry"
          label={filterLabel(language, "registry")}
          any={said.anyRegistry}
          options={[...registries]}
          value={query["registry"] ?? ""}
        />
        <Choice
          name="sort"
          label={said.sort}
          options={sorts.map((sort) => [sort === sorts[0] ? "" : sort, said.sorts[sort]])}
          value={query["sort"] ?? ""}
        />
      </div>
      <Rare visit={visit} />
      {(["updatedSince", "updatedUntil"] as const).map(
        (name) => query[name] && <input key={name} type="hidden" name={name} value={query[name]} />
      )}
      <p>
        <label class="check">
          <input type="checkbox" name="missing" value="true" checked={query["missing"] === "true"} />{" "}
          {said.missingToo}
        </label>
      </p>
    </form>
  )
}
