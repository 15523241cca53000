import type { Visit } from "../Page.js"
import { words as trialWords } from "../trial/Words.js"
import { words } from "./Words.js"

const paths = {
  docs: "/docs",
  openapi: "/openapi.json",
  problems: "/problems",
  feed: "/v1/changes.atom",
  changes: "/v1/changes",
  csv: "/v1/export.csv",
  ndjson: "/v1/export.ndjson",
  parquet: "/v1/export.parquet"
} as const satisfies Readonly<Record<keyof (typeof words)["en"]["links"], string>>

const names = Object.keys(paths) as ReadonlyArray<keyof typeof paths> // its own keys

/** When a version was seen that is cited as an example. */
const example = "2026-11-24T01:20:30.000Z"

/** Where programs and agents ask, and how people cite. */
export const Programs = ({ visit: { at, language, to, whole } }: { readonly visit: Visit }) => {
  const { agents, agentsText, apiText, cite, citeHash, citeText, links, programs } = words[language]
  const { citation, hashText } = trialWords[language]
  return (
    <>
      <section>
        <h2 id="programs">{programs}</h2>
        <p>{apiText}</p>
        <ul>
          {names.map((name) => (
            <li key={name}>
              <a href={at(paths[name])}>{links[name]}</a>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h2 id="agents">{agents}</h2>
        <p>{agentsText}</p>
        <p>
          <code>{whole(at("/mcp"))}</code>
        </p>
      </section>
      <section>
        <h2 id="cite">{cite}</h2>
        <p>{citeText}</p>
        <blockquote>
          ClinicalTrials.gov, NCT01234567: “…”.{" "}
          {citation({
            version: 3,
            observed: example,
            hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            address: whole(to("/trials/ctgov/NCT01234567", { asOf: example }))
          })}
        </blockquote>
        <p>
          {citeHash} {hashText}
        </p>
      </section>
    </>
  )
}
