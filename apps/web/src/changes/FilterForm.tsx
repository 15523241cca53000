import { contentFields } from "trials-domain/Trial"
import type { Visit } from "../Page.js"
import { type CodedName, codesOf } from "../words/Codes.js"
import { fieldLabel } from "../words/Fields.js"
import { changeKinds, kindLabel } from "../words/Kinds.js"
import type { RegistryState } from "../registries/Answers.js"
import { ChoiceField, TextField } from "./FilterField.js"
import { filterNames } from "./Filters.js"
import { filterLabel } from "./FilterLabel.js"
import { type Period, periodNames } from "./Period.js"
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

const More = ({ visit }: { readonly visit: Visit }) => {
  const { language, query } = visit
  const said = words[language]
  const isUsed = [...texts, ...codes, "hasResults", "missing"].some((name) => query[name] !== undefined)
  const label = (name: string) => filterLabel(language, name)
  return (
    <details open={isUsed}>
      <summary>{said.more}</summary>
      <div class="fields">
        {texts.map((name) => (
          <TextField visit={visit} name={name} label={label(name)} />
        ))}
        {codes.map((name) => (
          <ChoiceField visit={visit} name={name} label={label(name)} choices={codesOf(language, name)} />
        ))}
        <ChoiceField
          visit={visit}
          name="hasResults"
          label={label("hasResults")}
          choices={[
            ["true", said.yes],
            ["false", said.no]
          ]}
        />
        <ChoiceField
          visit={visit}
          name="missing"
          label={label("missing")}
          none={said.also}
          choices={[["false", said.without]]}
        />
      </div>
    </details>
  )
}

/** The form that chooses of when and which changes are shown. */
export const FilterForm = ({ period, registries, visit }: FilterFormProps) => {
  const { language, query, to } = visit
  const said = words[language]
  const either = [
    ["true", said.only],
    ["false", said.without]
  ] as const
  const label = (name: string) => filterLabel(language, name)
  return (
    <form method="get" action={to("/changes")} aria-label={said.narrow}>
      <div class="fields">
        <ChoiceField
          visit={visit}
          name="period"
          label={said.period}
          none={null}
          value={query["period"] ?? "week"}
          choices={periodNames.map((name) => [name, said.periods[name]])}
        />
        <TextField
          visit={visit}
          name="since"
          label={said.since}
          type="date"
          value={period.name === null && query["since"] !== undefined ? period.since.slice(0, 10) : ""}
        />
        <TextField
          visit={visit}
          name="until"
          label={said.until}
          type="date"
          value={period.until?.slice(0, 10) ?? ""}
        />
        <TextField visit={visit} name="q" label={label("q")} type="search" />
        <ChoiceField
          visit={visit}
          name="registry"
          label={label("registry")}
          choices={registries.map(({ name, title }) => [name, title])}
        />
        <ChoiceField
          visit={visit}
          name="kind"
          label={label("kind")}
          choices={changeKinds.map((kind) => [kind, kindLabel(language, kind)])}
        />
        <ChoiceField
          visit={visit}
          name="field"
          label={label("field")}
          choices={contentFields.map((field) => [field, fieldLabel(language, field)])}
        />
        <ChoiceField visit={visit} name="silent" label={label("silent")} choices={either} />
        <ChoiceField visit={visit} name="mass" label={label("mass")} choices={either} />
      </div>
      <More visit={visit} />
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
}
