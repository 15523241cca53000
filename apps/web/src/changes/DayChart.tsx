import type { Language } from "../Language.js"
import type { Visit } from "../Page.js"
import { whole } from "../text/Numbers.js"
import { DateOf, dateText } from "../values/Dates.js"
import { countDays, daysOf } from "./Period.js"
import { words } from "./Words.js"

// More days than these are shown by month: a bar would be thinner than a line.
const mostDays = 62

interface Bar {
  /** A day or a month. */
  readonly value: string
  readonly count: number
}

/**
 * How many changes each day has, or each month where there are many days: the first one first, none left out. Where they
 * are many, what lies before the first change is left out: an address may begin with the year 1.
 */
export const barsOf = (days: ReadonlyArray<Bar>, since: string, until: number): ReadonlyArray<Bar> => {
  const [first, isLong] = [Date.parse(since), countDays(Date.parse(since), until) > mostDays]
  // The newest is first.
  const oldest = Date.parse(days.at(-1)?.value ?? "")
  const begin = isLong ? Math.min(until, Math.max(first, Number.isNaN(oldest) ? until : oldest)) : first
  const all = daysOf(begin, until)
  const length = isLong ? 7 : 10
  const counts = new Map(all.map((day) => [day.slice(0, length), 0]))
  for (const { count, value } of days) {
    const name = value.slice(0, length)
    counts.set(name, (counts.get(name) ?? 0) + count)
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => (a.value < b.value ? -1 : 1))
}

const [width, height, base] = [600, 100, 99]

const Bars = ({ bars, language }: { readonly bars: ReadonlyArray<Bar>; readonly language: Language }) => {
  const most = Math.max(1, ...bars.map(({ count }) => count))
  const step = width / bars.length
  const ends = bars.length > 1 ? [bars[0], bars.at(-1)] : bars
  return (
    <figure class="days">
      <p class="soft small">{words[language].most(most)}</p>
      <svg
        class="chart"
        viewBox={`0 0 ${width} ${height}`}
        height={height}
        preserveAspectRatio="none"
        role="img"
        aria-label={words[language].chart}
      >
        {bars.map(({ count, value }, index) => {
          const tall = count === 0 ? 0 : Math.max(2, (base * count) / most)
          return (
            <rect
              class="bar"
              fill="currentColor"
              x={(index * step + step * 0.1).toFixed(1)}
              y={(base - tall).toFixed(1)}
              width={(step * 0.8).toFixed(1)}
              height={tall.toFixed(1)}
            >
              <title>{`${dateText(language, value)}: ${whole(language, count)}`}</title>
            </rect>
          )
        })}
        <path class="axis" stroke="currentColor" d={`M0 ${base}.5H${width}`} />
      </svg>
      <figcaption>
        {ends.map((bar) => (
          <span>{bar === undefined ? "" : dateText(language, bar.value)}</span>
        ))}
      </figcaption>
    </figure>
  )
}

const lastDay = (month: string): string =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).toISOString().slice(0, 10)

/** The changes of each day or month, as bars and as a table whose days are links that narrow the page to them. */
export const DayChart = ({ bars, visit }: { readonly bars: ReadonlyArray<Bar>; readonly visit: Visit }) => {
  const { language, query, to } = visit
  const said = words[language]
  const isByMonth = bars[0]?.value.length === 7
  const ends = (value: string) =>
    isByMonth ? { since: `${value}-01`, until: lastDay(value) } : { since: value, until: value }
  return (
    <section>
      <h3>{isByMonth ? said.byMonth : said.byDay}</h3>
      <Bars bars={bars} language={language} />
      <details>
        <summary>{said.asTable}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{isByMonth ? said.month : said.day}</th>
              <th scope="col" class="n">
                {said.changesColumn}
              </th>
            </tr>
          </thead>
          <tbody>
            {bars.toReversed().map(({ count, value }) => (
              <tr>
                <th scope="row">
                  {count === 0 ? (
                    <DateOf date={value} language={language} />
                  ) : (
                    <a
                      href={to("/changes", {
                        ...query,
                        ...ends(value),
                        period: undefined,
                        cursor: undefined
                      })}
                    >
                      <DateOf date={value} language={language} />
                    </a>
                  )}
                </th>
                <td class="n">{whole(language, count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  )
}
