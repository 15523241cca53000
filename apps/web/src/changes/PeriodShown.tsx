import type { Visit } from "../Page.js"
import { InstantOf } from "../values/Dates.js"
import { isOverDays, type Period, periodNames } from "./Period.js"
import { words } from "./Words.js"

interface PeriodProps {
  readonly period: Period
  readonly visit: Visit
}

/** The parameters of the time that could not be read, and the days that do not count. */
export const TimeNotices = ({ period, visit }: PeriodProps) => {
  const { language, query, to } = visit
  const said = words[language]
  return (
    <>
      {period.wrong.map((name) => {
        const [before, value, after] = said.wrong(name)
        return (
          <p class="warning">
            {before}
            <code>{value}</code>
            {after}
          </p>
        )
      })}
      {period.name !== null && isOverDays(query) && (
        <p class="notice">
          {said.daysUnused(said.periods[period.name])}{" "}
          <a href={to("/changes", { ...query, period: undefined, cursor: undefined })}>{said.useDays}</a>
        </p>
      )}
    </>
  )
}

/** Of when the changes are, with links to the other periods. */
export const PeriodShown = ({ period, visit }: PeriodProps) => {
  const { language, query, to } = visit
  const said = words[language]
  const [beforeSince, afterSince] = said.spanSince()
  const [beforeUntil, afterUntil] = said.spanUntil()
  return (
    <>
      <ul class="inline">
        {periodNames.map((name) => (
          <li>
            <a
              href={to("/changes", {
                ...query,
                period: name,
                since: undefined,
                until: undefined,
                cursor: undefined
              })}
              aria-current={period.name === name ? "true" : undefined}
            >
              {said.periods[name]}
            </a>
          </li>
        ))}
      </ul>
      <p>
        {beforeSince}
        <InstantOf instant={period.since} language={language} />
        {afterSince}
        {period.until !== undefined && (
          <>
            {beforeUntil}
            <InstantOf instant={period.until} language={language} />
            {afterUntil}
          </>
        )}
        . {said.utc}
      </p>
      {period.flaw !== null && <p class="warning">{said[period.flaw]}</p>}
    </>
  )
}
