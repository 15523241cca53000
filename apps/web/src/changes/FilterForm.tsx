import { contentFields } from "trials-domain/Trial"
import type { Visit } from "../Page.js"
import { type CodedName, codesOf } from "../words/Codes.js"
import { fieldLabel } from "../words/Fields.js"
import { changeKinds, kindLabel } from "../words/Kinds.js"
import type { Wrong } from "../refusal/Wrong.js"
import { languageOfText } from "../values/Shown.js"
import type { RegistryState } from "../registries/Answers.js"
import { ChoiceField, TextField } from "./FilterField.js"
import { filterNames } from "./Filters.js"
import { filterLabel } from "./FilterLabel.js"
import { ofDays, type Period, periodNames } from "./Period.js"
import { words } from "./Words.js"

const texts = [
  "title",
  "department",
  "institution",
  "sponsor",
  "condition",
  "intervention",
  "identifier",
  "country"
]
const codes = [
  "studyType",
  "phase",
  "observationalModel",
  "scope",
  "status",
  "sponsorClass"
] as const satisfies ReadonlyArray<CodedName>
const shown = new Set([
  "q",
  "registry",
  "kind",
  "field",
  "silent",
  "mass",
  ...texts,
  ...codes,
  "hasResults",
  "missing"
])

/** What every field of the form is made with. */
const fieldOf = (visit: Visit, wrong: Wrong) => (name: string) => ({
  visit,
  wrong,
  name,
  label: filterLabel(visit.language, name)
})

const More = ({ visit, wrong }: Pick<FilterFormProps, "visit" | "wrong">) => {
  const { language, query } = visit
  const said = words[language]
  const of = fieldOf(visit, wrong)
  const isUsed = [...texts, ...codes, "hasResults", "missing"].some((name) => query[name] !== undefined)
  return (
    <details open={isUsed}>
      <summary>{said.more}</summary>
      <div class="fields">
        {texts.map((name) => (
          <TextField {...of(name)} />
        ))}
        {codes.map((name) => (
          <ChoiceField {...of(name)} choices={codesOf(language, name)} />
        ))}
        <ChoiceField
          {...of("hasResults")}
          choices={[
            ["true", said.yes],
            ["false", said.no]
          ]}
        />
        <ChoiceField {...of("missing")} none={said.also} choices={[["false", said.without]]} />
      </div>
    </details>
  )
}

/** The form that chooses of when and which changes are shown. */
export const FilterForm = ({ period, registries, visit, wrong }: FilterFormProps) => {
  const { language, query, to } = visit
  const said = words[language]
  const either = [
    ["true", said.only],
    ["false", said.without]
  ] as const
  const of = fieldOf(visit, wrong)
  return (
    <form method="get" action={to("/changes")} aria-label={said.narrow}>
      <div class="fields">
        <ChoiceField
          {...of("period")}
          label={said.period}
          none={null}
          value={period.name ?? ofDays}
          choices={[...periodNames.map((name) => [name, said.periods[name]] as const), [ofDays, said.dates]]}
        />
        <TextField
          {...of("since")}
          label={said.since}
          type="date"
          value={period.name === null && query["since"] !== undefined ? period.since.slice(0, 10) : ""}
        />
        <TextField {...of("until")} label={said.until} type="date" value={period.until?.slice(0, 10) ?? ""} />
        <TextField {...of("q")} type="search" />
        <ChoiceField
          {...of("registry")}
          choices={registries.map(({ name, title }) => [name, title, languageOfText(name, title)])}
        />
        <ChoiceField {...of("kind")} choices={changeKinds.map((kind) => [kind, kindLabel(language, kind)])} />
        <ChoiceField
          {...of("field")}
          choices={contentFields.map((field) => [field, fieldLabel(language, field, query["registry"])])}
        />
        <ChoiceField {...of("silent")} choices={either} />
        <ChoiceField {...of("mass")} choices={either} />
      </div>
      <More visit={visit} wrong={wrong} />
      {filterNames
        .filter((name) => !shown.has(name) && query[name] !== undefined)
        .map((name) => (
          <input type="hidden" name={name} value={query[name]} />
        ))}
      <button type="submit">{said.show}</button>
    </form>
  )
}

interface FilterFormProps {
  readonly visit: Visit
  readonly period: Period
  readonly registries: ReadonlyArray<RegistryState>
  /** The parameters that the API refused. */
  readonly wrong: Wrong
}
