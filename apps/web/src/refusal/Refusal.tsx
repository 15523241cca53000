import { TrialsClientError } from "trials-contract/client"
import type { View, Visit } from "../Page.js"
import { missing } from "./Missing.js"
import { words } from "./Words.js"

/** A page in the place of one that the API refuses, and the headers that go with it. */
export interface Refused {
  readonly view: View
  readonly headers: Readonly<Record<string, string>>
}

/** Says which parameter is wrong, and why, as the API says it. */
const wrong = ({ language, to }: Visit, { problem }: TrialsClientError): View => {
  const { home, wrong } = words[language]
  const errors = problem?.errors ?? []
  return {
    title: wrong.title,
    description: wrong.text,
    status: 400,
    isUnlisted: true,
    body: (
      <>
        <h1>{wrong.title}</h1>
        <p>{wrong.text}</p>
        <ul lang="en">
          {errors.map(({ detail, parameter }) => (
            <li key={parameter}>
              <code>{parameter}</code> {detail}
            </li>
          ))}
          {errors.length === 0 && <li>{problem?.detail}</li>}
        </ul>
        <p>
          <a href="?">{wrong.again}</a>
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
  if (status === 400 || status === 410) return { view: wrong(visit, error), headers: {} }
  if (status !== 429 && status !== 503) return undefined
  const asked = headers?.get("retry-after") ?? ""
  const after = /^\d+$/.test(asked) ? asked : ""
  return {
    view: later(visit, status, error, after),
    headers: after === "" ? {} : { "Retry-After": after }
  }
}
