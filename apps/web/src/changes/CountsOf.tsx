import type { ComponentChildren } from "preact"
import type { Parameters, Visit } from "../Page.js"
import { whole } from "../text/Numbers.js"
import { RegistryName } from "../values/RegistryTitle.js"
import { fieldLabel } from "../words/Fields.js"
import { kindLabel } from "../words/Kinds.js"
import type { RegistryState } from "../registries/Answers.js"
import type { Counts } from "./Answers.js"
import { barsOf, DayChart } from "./DayChart.js"
import type { Period } from "./Period.js"
import { words } from "./Words.js"

const mostFields = 10

interface CountsProps {
  readonly visit: Visit
  readonly period: Period
  readonly counts: Counts
  readonly registries: ReadonlyArray<RegistryState>
}

const Narrowing = ({ count, narrow, said, visit }: NarrowingProps) => (
  <li>
    <a href={visit.to("/changes", { ...visit.query, ...narrow, cursor: undefined })}>
      <b>{whole(visit.language, count)}</b> {said}
    </a>
  </li>
)

interface NarrowingProps {
  readonly visit: Visit
  readonly count: number
  readonly narrow: Parameters
  readonly said: ComponentChildren
}

/** The changes of a period, counted by what they are. Each count is a link that narrows the page to what it counts. */
export const CountsOf = ({ counts, period, registries, visit }: CountsProps) => {
  const said = words[visit.language]
  const until = period.until === undefined ? visit.now : Math.min(visit.now, Date.parse(period.until))
  const bars = barsOf(counts.days, period.since, until)
  return (
    <section>
      <h2>{said.counts}</h2>
      <p>{counts.complete ? said.counted(counts.counted) : said.notAll(counts.counted)}</p>
      <ul class="tally">
        {counts.kinds.map(({ count, value }) => (
          <Narrowing
            visit={visit}
            count={count}
            narrow={{ kind: value }}
            said={kindLabel(visit.language, value)}
          />
        ))}
      </ul>
      {counts.silent > 0 && (
        <p>
          {said.silentOf(counts.silent)}{" "}
          <a href={visit.to("/changes", { ...visit.query, silent: true, cursor: undefined })}>
            {said.seeSilent}
          </a>
        </p>
      )}
      {counts.counted > 0 && bars.length > 1 && <DayChart bars={bars} visit={visit} />}
      {counts.registries.length > 1 && (
        <>
          <h3>{said.byRegistry}</h3>
          <ul class="chips">
            {counts.registries.map(({ count, value }) => (
              <Narrowing
                visit={visit}
                count={count}
                narrow={{ registry: value }}
                said={<RegistryName registries={registries} name={value} />}
              />
            ))}
          </ul>
        </>
      )}
      {counts.fields.length > 0 && (
        <>
          <h3>{said.byField}</h3>
          <ul class="chips">
            {counts.fields.slice(0, mostFields).map(({ count, value }) => (
              <Narrowing
                visit={visit}
                count={count}
                narrow={{ field: value }}
                said={fieldLabel(visit.language, value, visit.query["registry"])}
              />
            ))}
          </ul>
        </>
      )}
    </section>
  )
}
