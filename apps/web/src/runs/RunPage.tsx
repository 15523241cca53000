import type { Page, Visit } from "../Page.js"
import { proofWords } from "../registries/Proofs.js"
import type { WholeRun } from "../registries/Answers.js"
import { SaidTitle } from "../values/SaidText.js"
import { InstantOf, instantText } from "../values/Dates.js"
import { Counts } from "./Counts.js"
import { reasonText } from "./ReasonWords.js"
import { isWhole, verdictWords } from "./Verdicts.js"
import { words } from "./Words.js"

const Facts = ({
  run,
  title,
  visit
}: {
  readonly run: WholeRun
  readonly title: string
  readonly visit: Visit
}) => {
  const { language, to } = visit
  const said = words[language]
  const { audit, dataTimestamp, finishedAt, mappingVersion, proof, registry, revision, startedAt } = run
  return (
    <dl class="facts">
      <dt>{said.registry}</dt>
      <dd>
        <a href={to(`/registries/${encodeURIComponent(registry)}`)}>
          <SaidTitle registry={registry} text={title} />
        </a>
      </dd>
      <dt>{said.started}</dt>
      <dd>
        <InstantOf instant={startedAt} language={language} />
      </dd>
      <dt>{said.finished}</dt>
      <dd>{finishedAt === null ? said.going : <InstantOf instant={finishedAt} language={language} />}</dd>
      {revision !== null && (
        <>
          <dt>{said.edition}</dt>
          <dd>
            <SaidTitle registry={registry} text={revision.title ?? revision.id} />
          </dd>
        </>
      )}
      {dataTimestamp !== null && (
        <>
          <dt>{said.timestamp}</dt>
          <dd>
            <bdi>{dataTimestamp}</bdi>
          </dd>
        </>
      )}
      <dt>{said.proof}</dt>
      <dd>{proof === null ? said.noProof : proofWords(language, proof).means}</dd>
      {audit !== null && (
        <>
          <dt>{said.audit}</dt>
          <dd>{said.audited(audit.trials, audit.hidden)}</dd>
        </>
      )}
      <dt>{said.mapping}</dt>
      <dd>{mappingVersion}</dd>
    </dl>
  )
}

const Reason = ({
  reason: { code, examples, message },
  visit: { language }
}: {
  readonly reason: NonNullable<WholeRun["reason"]>
  readonly visit: Visit
}) => {
  const said = words[language]
  return (
    <section>
      <h2>{said.why}</h2>
      <p>
        {reasonText(language, code)} <code>{code}</code>
      </p>
      <details>
        <summary>{said.operator}</summary>
        <p lang="en">
          <bdi>{message}</bdi>
        </p>
      </details>
      {examples.length > 0 && (
        <p>
          {said.examples}: <bdi>{examples.join(", ")}</bdi>
        </p>
      )}
    </section>
  )
}

/** One run of the ledger. */
export const runPage: Page = {
  path: "/runs/:id",
  parameters: [],
  section: "registries",
  show: async (visit) => {
    const { at, client, language, params, to } = visit
    const id = params["id"] ?? ""
    const [run, { items }] = await Promise.all([
      client.orThrow.runs.get({ params: { id } }),
      client.orThrow.registries.list()
    ])
    const said = words[language]
    const { label, means } = verdictWords(language, run.verdict)
    const name = items.find((each) => each.name === run.registry)?.title ?? run.registry
    const title = said.title(instantText(language, run.startedAt))
    return {
      title: `${name}: ${title}`,
      description: `${name}, ${title}. ${said.description}`,
      body: (
        <>
          <h1>{title}</h1>
          <p class={isWhole(run.verdict) || run.verdict === null ? "lead" : "warning"}>
            <strong>
              {run.verdict !== null && `${said.verdict}: `}
              {label}.
            </strong>{" "}
            {means}
          </p>
          <Facts run={run} title={name} visit={visit} />
          {run.reason !== null && <Reason reason={run.reason} visit={visit} />}
          <Counts counts={run.counts} visit={visit} />
          {run.notes.length > 0 && (
            <section>
              <h2>{said.notes}</h2>
              <ul lang="en">
                {run.notes.map((note) => (
                  <li key={note}>
                    <bdi>{note}</bdi>
                  </li>
                ))}
              </ul>
            </section>
          )}
          <ul class="inline">
            {run.observedAt !== null && (
              <li>
                <a
                  href={to("/changes", {
                    registry: run.registry,
                    since: run.observedAt,
                    until: run.observedAt
                  })}
                >
                  {said.changes}
                </a>
              </li>
            )}
            <li>
              <a href={at(`/v1/runs/${encodeURIComponent(id)}`)}>{said.json}</a>
            </li>
          </ul>
        </>
      )
    }
  }
}
