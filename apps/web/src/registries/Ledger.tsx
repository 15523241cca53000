import type { Visit } from "../Page.js"
import { isWhole, verdictWords } from "../runs/Verdicts.js"
import { whole } from "../text/Numbers.js"
import { instantText } from "../values/Dates.js"
import { Chart } from "./Chart.js"
import { proofWords } from "./Proofs.js"
import type { ListedRun } from "./Answers.js"
import { words } from "./Words.js"

const inTable = 20

const counts = ["created", "edited", "disappeared", "reappeared"] as const

const Row = ({ run, visit: { language, to } }: { readonly run: ListedRun; readonly visit: Visit }) => (
  <tr>
    <th scope="row">
      <a href={to(`/runs/${encodeURIComponent(run.runId)}`)}>
        <time class="nowrap" datetime={run.startedAt}>
          {instantText(language, run.startedAt)}
        </time>
      </a>
    </th>
    <td class={isWhole(run.verdict) ? undefined : "bad"}>{verdictWords(language, run.verdict).label}</td>
    <td>{run.proof === null ? "–" : proofWords(language, run.proof).label}</td>
    <td class="n">{whole(language, run.counts.extracted)}</td>
    {counts.map((name) => (
      <td key={name} class="n">
        {whole(language, run.counts[name])}
      </td>
    ))}
  </tr>
)

/** The newest runs of a registry: as a chart, and as a table beside it. */
export const Ledger = ({
  registry,
  runs,
  visit
}: {
  readonly registry: string
  readonly runs: ReadonlyArray<ListedRun>
  readonly visit: Visit
}) => {
  const { all, chart, chartKey, columns, ledger, ledgerText, table } = words[visit.language]
  return (
    <section>
      <h2>{ledger}</h2>
      <p>{ledgerText}</p>
      {runs.length > 0 && (
        <>
          <div class="box" tabindex={0} role="region" aria-label={chart(runs.length)}>
            <Chart runs={runs} visit={visit} />
          </div>
          <p class="small soft">{chartKey}</p>
          <div class="box" tabindex={0} role="region" aria-label={table}>
            <table>
              <caption>{table}</caption>
              <thead>
                <tr>
                  <th scope="col">{columns.when}</th>
                  <th scope="col">{columns.verdict}</th>
                  <th scope="col">{columns.proof}</th>
                  {(["read", ...counts] as const).map((name) => (
                    <th key={name} scope="col" class="n">
                      {columns[name]}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {runs.slice(0, inTable).map((run) => (
                  <Row key={run.runId} run={run} visit={visit} />
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <p>
        <a href={visit.at("/v1/runs", { registry, limit: 100 })}>{all}</a>
      </p>
    </section>
  )
}
