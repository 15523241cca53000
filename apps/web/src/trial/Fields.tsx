import { type ContentField } from "trials-domain/Trial"
import { jsonText } from "../values/Json.js"
import type { Shown } from "../values/Shown.js"
import { isUnsaid, Value } from "../values/Value.js"
import { fieldLabel } from "../words/Fields.js"
import type { Trial } from "./Answers.js"
import { besides, fieldsOf, type Section, sections } from "./Sections.js"
import { StatusOf } from "./StatusOf.js"
import { words } from "./Words.js"

interface FieldProps {
  readonly of: Shown
  readonly trial: Trial
  readonly field: ContentField
}

/** The registry's own text of a coded or parsed value, and whether it is actual or planned. */
const Beside = ({ field, of, trial }: FieldProps) => {
  const said = words[of.visit.language]
  return (
    <>
      {besides(field)
        .filter((each) => !isUnsaid(trial[each]) && each !== "lastKnownStatus")
        // Its names are in the interventions themselves.
        .filter((each) => each !== "interventionNames" || isUnsaid(trial.interventions))
        .filter((each) => jsonText(trial[each]) !== jsonText(trial[field]))
        .map((each) => (
          <span class="raw">
            {" "}
            ({each.includes("Raw") && <span class="soft">{said.raw} </span>}
            {Array.isArray(trial[each]) ? (
              <bdi>{trial[each].join(", ").slice(0, of.most)}</bdi>
            ) : (
              <Value of={of} field={each} value={trial[each]} />
            )}
            )
          </span>
        ))}
    </>
  )
}

const isSaid = (trial: Trial, field: ContentField): boolean =>
  [field, ...besides(field)].some((each) => !isUnsaid(trial[each]))

const Fields = ({
  fields,
  of,
  trial
}: Omit<FieldProps, "field"> & { readonly fields: ReadonlyArray<ContentField> }) => (
  <dl class="facts">
    {fields.map((field) => (
      <>
        <dt>{fieldLabel(of.visit.language, field)}</dt>
        <dd>
          {field === "status" ? (
            <StatusOf language={of.visit.language} trial={trial} />
          ) : (
            <Value of={of} field={field} value={trial[field]} />
          )}
          <Beside of={of} trial={trial} field={field} />
        </dd>
      </>
    ))}
  </dl>
)

const SectionOf = ({ of, section, trial }: Omit<FieldProps, "field"> & { readonly section: Section }) => {
  const { language } = of.visit
  const said = fieldsOf(section).filter((field) => isSaid(trial, field))
  const unsaid = fieldsOf(section).filter((field) => !isSaid(trial, field))
  return (
    <section id={section}>
      <h2>{words[language].sections[section]}</h2>
      {said.length > 0 && <Fields of={of} trial={trial} fields={said} />}
      {unsaid.length > 0 && (
        <p class="soft small">
          {words[language].unsaid} {unsaid.map((field) => fieldLabel(language, field)).join(" · ")}
        </p>
      )}
    </section>
  )
}

/** All that a registry says about a trial, part by part; what it does not say is named too. */
export const AllFields = ({ of, trial }: Omit<FieldProps, "field">) => (
  <>
    {sections.map((section) => (
      <SectionOf of={of} section={section} trial={trial} />
    ))}
  </>
)
