import type { Language } from "../Language.js"
import type { Visit } from "../Page.js"
import { isWhole, verdictWords } from "../runs/Verdicts.js"
import { SaidTitle } from "../values/SaidText.js"
import { startOfDay } from "../changes/Period.js"
import { ageOf } from "../text/Age.js"
import { InstantOf } from "../values/Dates.js"
import { Edition } from "./Edition.js"
import type { Fresh } from "./Freshness.js"
import { proofWords } from "./Proofs.js"
import type { RegistryState } from "./Answers.js"
import { words } from "./Words.js"

/** Since when a registry is known, in words. */
export const AsOf = ({
  instant,
  language,
  now
}: {
  readonly instant: string | null
  readonly language: Language
  readonly now: number
}) =>
  instant === null ? (
    <>{words[language].never}</>
  ) : (
    <>
      <InstantOf instant={instant} language={language} />{" "}
      <span class="soft">({ageOf(language, instant, now).text})</span>
    </>
  )

/** When what is shown of some registries is shown otherwise, by the clock alone. */
export const untilOf = (language: Language, registries: ReadonlyArray<RegistryState>, now: number): number =>
  Math.min(
    startOfDay(now, 1),
    ...registries.flatMap(({ lastProvenAt }) =>
      lastProvenAt === null ? [] : [ageOf(language, lastProvenAt, now).until]
    )
  )

/** Says of a registry whose last run did not see all of it that this is so. */
export const LastRun = ({ registry, visit }: { readonly registry: RegistryState; readonly visit: Visit }) => {
  const { lastRun } = registry
  const { lastRunWas, runLink } = words[visit.language]
  if (lastRun === null || lastRun.verdict === null || isWhole(lastRun.verdict)) return null
  const { label, means } = verdictWords(visit.language, lastRun.verdict)
  return (
    <p class="warning">
      <strong>{lastRunWas(label)}</strong> {means}{" "}
      <a href={visit.to(`/runs/${encodeURIComponent(lastRun.runId)}`)}>{runLink}</a>
    </p>
  )
}

/** A registry: how many trials, of when, and how that is known. */
export const Card = ({
  fresh: { proven, registry },
  heading: Heading,
  visit
}: {
  readonly fresh: Fresh
  readonly heading: "h2" | "h3"
  readonly visit: Visit
}) => {
  const { language, now, to } = visit
  const { dataAsOf, edition, listed, noProof, proof, trials } = words[language]
  return (
    <article class="card">
      <Heading>
        <a href={to(`/registries/${encodeURIComponent(registry.name)}`)}>
          <SaidTitle registry={registry.name} text={registry.title} />
        </a>
      </Heading>
      <LastRun registry={registry} visit={visit} />
      <dl class="facts">
        <dt>{dataAsOf}</dt>
        <dd>
          <AsOf instant={registry.lastProvenAt} language={language} now={now} />
        </dd>
        <dt>{edition}</dt>
        <dd>
          <Edition registry={registry} visit={visit} />
        </dd>
        <dt>{trials}</dt>
        <dd>{listed(registry.trials.listed)}</dd>
        <dt>{proof}</dt>
        <dd>{proven?.proof ? proofWords(language, proven.proof).how : noProof}</dd>
      </dl>
    </article>
  )
}
