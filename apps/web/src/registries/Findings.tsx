import type { Visit } from "../Page.js"
import { signed, whole } from "../text/Numbers.js"
import { SaidTitle } from "../values/SaidText.js"
import { fieldLabel } from "../words/Fields.js"
import { findingLabel } from "./FindingWords.js"
import type { Quality } from "./Answers.js"
import { words } from "./Words.js"

type Finding = Quality["findings"][number]
type Example = Finding["examples"][number]

const shown = 3
const most = 100

interface Shown {
  readonly registry: string
  readonly visit: Visit
}

const Examples = ({
  examples,
  registry,
  visit: { to }
}: Shown & { readonly examples: ReadonlyArray<Example> }) => (
  <ul class="plain">
    {examples.map(({ id, value }) => (
      <li key={id}>
        <a href={to(`/trials/${encodeURIComponent(registry)}/${encodeURIComponent(id)}`)}>
          <bdi>{id}</bdi>
        </a>
        {value !== null && (
          <>
            : <SaidTitle registry={registry} text={value} most={120} />
          </>
        )}
      </li>
    ))}
  </ul>
)

const Row = ({ finding, ...rest }: Shown & { readonly finding: Finding }) => {
  const { language } = rest.visit
  const { code, count, delta, examples, field } = finding
  const more = examples.slice(shown)
  return (
    <tr>
      <th scope="row" class="long">
        {findingLabel(language, code)}
      </th>
      <td>{field === null ? "–" : fieldLabel(language, field)}</td>
      <td class="n">{whole(language, count)}</td>
      <td class="n">{delta === null ? "–" : signed(language, delta)}</td>
      <td>
        <Examples examples={examples.slice(0, shown)} {...rest} />
        {more.length > 0 && (
          <details>
            <summary>{words[language].more(more.length)}</summary>
            <Examples examples={more} {...rest} />
          </details>
        )}
      </td>
    </tr>
  )
}

const Rejected = ({
  quality: { registry, rejected },
  visit
}: {
  readonly quality: Quality
  readonly visit: Visit
}) => {
  const { noId, rejected: said } = words[visit.language]
  return (
    <>
      <p>{said(rejected.count)}</p>
      {rejected.records.length > 0 && (
        <ul>
          {rejected.records.slice(0, most).map(({ id, reason }, index) => (
            <li key={index}>
              {id === null ? noId : <SaidTitle registry={registry} text={id} />}:{" "}
              <span lang="en">{reason}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** What the last proven run of a registry found wrong with its data, with the trials that have it. */
export const Findings = ({ quality, visit }: { readonly quality: Quality; readonly visit: Visit }) => {
  const said = words[visit.language]
  if (quality.runId === null) return null
  const columns = [said.finding, said.field, said.count, said.trend, said.examples]
  const isNumber = (column: string) => column === said.count || column === said.trend
  return (
    <section>
      <h2>{said.qualityTitle}</h2>
      {quality.findings.length === 0 ? (
        <p>{said.noFindings}</p>
      ) : (
        <>
          <p>{said.qualityText}</p>
          <div class="box" tabindex={0} role="region" aria-label={said.qualityTitle}>
            <table>
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column} scope="col" class={isNumber(column) ? "n" : undefined}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {quality.findings.map((finding, index) => (
                  <Row key={index} finding={finding} registry={quality.registry} visit={visit} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <Rejected quality={quality} visit={visit} />
    </section>
  )
}
