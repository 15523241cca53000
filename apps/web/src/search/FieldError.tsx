import type { Visit } from "../Page.js"
import { Told } from "../refusal/Told.js"
import type { Wrong } from "../refusal/Wrong.js"

/** The attributes of a field that say whether its parameter is wrong, and where it is described. */
export const invalid = (name: string, wrong: Wrong, hint?: string) => {
  const described = [hint, wrong.has(name) ? `e-${name}` : undefined].filter(Boolean).join(" ")
  return {
    "aria-invalid": wrong.has(name) ? ("true" as const) : undefined,
    "aria-describedby": described === "" ? undefined : described
  }
}

/** What is wrong with what a field has; nothing where that is right. */
export const FieldError = ({
  name,
  visit,
  wrong
}: {
  readonly name: string
  readonly visit: Visit
  readonly wrong: Wrong
}) => {
  const detail = wrong.get(name)
  return detail === undefined ? null : (
    <small id={`e-${name}`} class="bad">
      <Told parameter={name} detail={detail} visit={visit} />
    </small>
  )
}
