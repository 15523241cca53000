import type { Visit } from "../Page.js"
import { ruleOf } from "./Rules.js"

/** What to do about a parameter that is wrong: in our words, or else in those of the API. */
export const Told = ({
  detail,
  parameter,
  visit: { language }
}: {
  /** What the API says of it, in English. */
  readonly detail: string
  readonly parameter: string
  readonly visit: Visit
}) => {
  const rule = ruleOf(language, parameter)
  return rule === undefined ? <span lang="en">{detail}</span> : <>{rule}</>
}
