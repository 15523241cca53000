import { type ContentField } from "trials-domain/Trial"
import { SaidText } from "../values/SaidText.js"
import type { Shown } from "../values/Shown.js"
import { isUnsaid, Value } from "../values/Value.js"
import { codeLabel, isCoded } from "../words/Codes.js"
import { fieldLabel } from "../words/Fields.js"
import type { Trial } from "./Answers.js"
import { besides, fieldsOf, sections } from "./Sections.js"
import { StatusOf } from "./StatusOf.js"
import { words } from "./Words.js"

interface FieldProps {
  readonly of: Shown
  readonly trial: Trial
  readonly field: ContentField
}

/** What a value is called on the page, where that is a short text. */
const shortText = (of: Shown, field: ContentField, value: unknown): string =>
  typeof value === "string" && isCoded(field) ? codeLabel(of.visit.language, field, value) : String(value)

/** What is shown beside a value: the registry's own text where it is another one, and whether it is actual or planned. */
const besideOf = ({ field, of, trial }: FieldProps): ReadonlyArray<ContentField> =>
  besides(field).filter((each) => {
    if (isUnsaid(trial[each]) || each === "lastKnownStatus") return false
    // The names are in the interventions themselves.
    if (each === "interventionNames") return isUnsaid(trial.interventions)
    return String(trial[each]) !== shortText(of, field, trial[field])
  })

const Beside = (props: FieldProps) => {
  const { of, trial } = props
  return (
    <>
      {besideOf(props).map((each) => (
        <span class="raw">
          {" "}
          ({each.endsWith("Raw") && <span class="soft">{words[of.visit.language].raw} </span>}
          {Array.isArray(trial[each]) ? (
            <SaidText of={of} text={trial[each].join(", ")} />
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
        <dt>{fieldLabel(of.visit.language, field, of.registry)}</dt>
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

/** All that a registry says about a trial, part by part, and at the end the names of what it does not say. */
export const AllFields = ({ of, trial }: Omit<FieldProps, "field">) => {
  const { language } = of.visit
  const unsaid = sections.flatMap(fieldsOf).filter((field) => !isSaid(trial, field))
  return (
    <>
      {sections.map((section) => {
        const fields = fieldsOf(section).filter((field) => isSaid(trial, field))
        return fields.length === 0 ? null : (
          <section id={section}>
            <h2>{words[language].sections[section]}</h2>
            <Fields of={of} trial={trial} fields={fields} />
          </section>
        )
      })}
      {unsaid.length > 0 && (
        <p class="soft small">
          {words[language].unsaid}{" "}
          {unsaid.map((field) => fieldLabel(language, field, of.registry)).join(" · ")}
        </p>
      )}
    </>
  )
}
