import type { Visit } from "../Page.js"
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

/** Where programs and agents ask, and how people cite. */
export const Programs = ({ visit: { at, language, to, whole } }: { readonly visit: Visit }) => {
  const { agents, agentsText, apiText, cite, citeExample, citeText, links, programs } = words[language]
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
          {citeExample} <code>{whole(to("/trials/ctgov/NCT01234567"))}</code>
        </blockquote>
      </section>
    </>
  )
}
