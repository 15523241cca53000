import type { Visit } from "../Page.js"
import { codeLabel } from "../words/Codes.js"
import { fieldLabel } from "../words/Fields.js"
import { FieldError, invalid } from "./FieldError.js"
import { Choice, CodeField, TextField } from "./Fields.js"
import { codedFields, type FilterName, ranges, sorts, textFields } from "./Filters.js"
import { filterLabel } from "./Label.js"
import { languageOfText } from "../values/Shown.js"
import type { Wrong } from "../refusal/Wrong.js"
import type { Listing } from "./Listing.js"
import { words } from "./Words.js"

const rare: ReadonlyArray<FilterName> = [
  ...textFields,
  ...codedFields,
  ...ranges.flatMap(([, begin, end]) => [begin, end]),
  "hasResults"
]

/** The filters that are behind a fold: it is open where one of them is in force. */
const Rare = ({ visit, wrong }: { readonly visit: Visit; readonly wrong: Wrong }) => {
  const { language, query } = visit
  const shown = { visit, wrong }
  const { any, dateHint, from, more, no, results, to, yes } = words[language]
  return (
    <details open={rare.some((name) => query[name] !== undefined)}>
      <summary>{more}</summary>
      <div class="fields wide">
        {textFields.map((name) => (
          <TextField key={name} name={name} visit={visit} wrong={wrong} />
        ))}
        {codedFields.map((name) => (
          <CodeField key={name} name={name} visit={visit} wrong={wrong} />
        ))}
        <Choice
          name="hasResults"
          label={results}
          any={any}
          options={[
            ["true", yes],
            ["false", no]
          ]}
          visit={visit}
          wrong={wrong}
        />
      </div>
      <p class="small soft">{dateHint}</p>
      <div class="fields wide">
        {ranges.flatMap(([field, begin, end]) => [
          <TextField key={begin} name={begin} label={from(fieldLabel(language, field))} {...shown} />,
          <TextField key={end} name={end} label={to(fieldLabel(language, field))} {...shown} />
        ])}
      </div>
    </details>
  )
}

/** Everything that a search may ask for, as a form whose answer is an address. */
export const Form = ({
  listing,
  registries,
  visit,
  wrong
}: {
  readonly listing: Listing
  readonly registries: ReadonlyMap<string, string>
  readonly visit: Visit
  /** The parameters that the API refuses: their fields are marked. */
  readonly wrong: Wrong
}) => {
  const { language, query, to } = visit
  const said = words[language]
  const shown = { visit, wrong }
  const countries = listing.facets?.fields.country ?? []
  return (
    <form role="search" action={to("/search")} method="get">
      <label for="f-q">{said.words}</label>
      <div class="row">
        <input
          id="f-q"
          type="search"
          name="q"
          value={query["q"] ?? ""}
          maxlength={500}
          {...invalid("q", wrong)}
        />
        <button type="submit">{said.button}</button>
      </div>
      <FieldError name="q" {...shown} />
      <div class="fields">
        <TextField name="condition" {...shown} hint={said.hints.condition} />
        <CodeField name="status" {...shown} />
        <CodeField name="studyType" {...shown} />
        <CodeField name="phase" {...shown} />
        <TextField name="country" {...shown} hint={said.hints.country} list="countries" />
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
          languageOf={languageOfText}
          {...shown}
        />
        <Choice
          name="sort"
          label={said.sort}
          options={sorts.map((sort) => [sort === sorts[0] ? "" : sort, said.sorts[sort]])}
          {...shown}
        />
      </div>
      <Rare {...shown} />
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
