import { TrialsClientError } from "trials-contract/client"
import type { View, Visit } from "../Page.js"
import { missing } from "./Missing.js"
import { labelOf } from "./ParameterLabel.js"
import { words } from "./Words.js"
import { withoutWrong, wrongOf } from "./Wrong.js"
import { WrongList } from "./WrongList.js"

/** A page in the place of one that the API refuses, and the headers that go with it. */
export interface Refused {
  readonly view: View
  readonly headers: Readonly<Record<string, string>>
}

/** Says which parameter is wrong and what to do about it, and leads to the same page without it. */
const wrongly = (visit: Visit, error: TrialsClientError): View => {
  const { language, query, to } = visit
  const { home, wrong: said } = words[language]
  const wrong = wrongOf(error)
  const names = [...wrong.keys()]
  // What is wrong in the path stays in the address.
  const isInQuery = names.some((name) => query[name] !== undefined)
  const rest = new URLSearchParams(isInQuery ? withoutWrong(query, wrong) : {})
  return {
    title: said.title,
    description: said.text,
    status: 400,
    isUnlisted: true,
    body: (
      <>
        <h1>{said.title}</h1>
        <p>{said.text}</p>
        <WrongList visit={visit} wrong={wrong} />
        {wrong.size === 0 && <p lang="en">{error.problem?.detail}</p>}
        <p>
          <a href={`?${rest}`}>
            {isInQuery ? said.without(names.map((name) => labelOf(language, name)).join(", ")) : said.again}
          </a>
        </p>
        <p>
          <a href={to("")}>{home}</a>
        </p>
      </>
    )
  }
}

const later = (
  { language }: Visit,
  status: 429 | 503,
  { problem }: TrialsClientError,
  after: string
): View => {
  const { busy, many, said, wait, waitUnknown } = words[language]
  const { text, title } = status === 429 ? many : busy
  return {
    title,
    description: text,
    status,
    isUnlisted: true,
    body: (
      <>
        <h1>{title}</h1>
        <p>{text}</p>
        <p>{after === "" ? waitUnknown : wait(Number(after))}</p>
        {problem !== undefined && (
          <p>
            {said} <span lang="en">{problem.detail}</span>
          </p>
        )}
      </>
    )
  }
}

/** The page that stands for an error; undefined where the error is no refusal, and the caller's to know of. */
export const refusalOf = (visit: Visit, error: unknown): Refused | undefined => {
  if (!(error instanceof TrialsClientError)) return undefined
  // No path of the API can hold what this one has: nothing can be there.
  if (error.reason === "parameter") return { view: missing(visit), headers: {} }
  if (error.reason !== "refused") return undefined
  const { headers, status } = error
  if (status === 404) return { view: missing(visit), headers: {} }
  if (status === 400 || status === 410) return { view: wrongly(visit, error), headers: {} }
  if (status !== 429 && status !== 503) return undefined
  const asked = headers?.get("retry-after") ?? ""
  const after = /^\d+$/.test(asked) ? asked : ""
  return {
    view: later(visit, status, error, after),
    headers: after === "" ? {} : { "Retry-After": after }
  }
}
