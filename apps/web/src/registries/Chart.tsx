import type { Visit } from "../Page.js"
import { isWhole } from "../runs/Verdicts.js"
import { whole } from "../text/Numbers.js"
import { dateText } from "../values/Dates.js"
import type { ListedRun } from "./Answers.js"
import { words } from "./Words.js"

const width = 660
const height = 170
const left = 62
const bottom = 28
const top = 10

/** How many changes a run found. */
const changesOf = ({ counts }: ListedRun): number =>
  counts.created + counts.edited + counts.remapped + counts.disappeared + counts.reappeared

const Fault = ({ x, y }: { readonly x: number; readonly y: number }) => (
  <path class="fault" d={`M${x - 4} ${y - 9}l8 8m0-8l-8 8`} />
)

/** The changes that runs found, the oldest first, on a scale of powers of ten. */
export const Chart = ({
  runs,
  visit: { language }
}: {
  readonly runs: ReadonlyArray<ListedRun>
  readonly visit: Visit
}) => {
  const oldestFirst = runs.toReversed()
  const [first] = oldestFirst
  const last = oldestFirst.at(-1)
  if (first === undefined || last === undefined) return null
  const decades = Math.max(1, Math.ceil(Math.log10(Math.max(1, ...runs.map(changesOf)) + 1)))
  const ground = height - bottom
  const rise = (count: number) => (Math.log10(count + 1) / decades) * (ground - top)
  const step = (width - left) / Math.max(8, runs.length)
  const bar = Math.max(2, step * 0.6)
  const ticks = Array.from({ length: decades }, (_, index) => 10 ** (index + 1))
  const day = (run: ListedRun) => dateText(language, run.startedAt.slice(0, 10))
  return (
    <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby="chart-title">
      <title id="chart-title">{words[language].chart(runs.length)}</title>
      <path class="axis" d={`M${left} ${ground + 0.5}H${width}`} />
      {ticks.map((tick) => (
        <g key={tick}>
          <path
            class="axis"
            d={`M${left} ${Math.round(ground - rise(tick)) + 0.5}H${width}`}
            stroke-dasharray="2 4"
          />
          <text x={left - 8} y={ground - rise(tick) + 4} text-anchor="end" font-size="12">
            {whole(language, tick)}
          </text>
        </g>
      ))}
      {oldestFirst.map((run, index) => {
        const x = left + step * (index + 0.5)
        const count = changesOf(run)
        if (!isWhole(run.verdict)) return <Fault key={run.runId} x={x} y={ground} />
        if (count === 0) return <circle key={run.runId} class="bar" cx={x} cy={ground - 4} r={2.5} />
        return (
          <rect
            key={run.runId}
            class="bar"
            x={x - bar / 2}
            y={ground - rise(count)}
            width={bar}
            height={rise(count)}
          />
        )
      })}
      <text x={left} y={height - 8} font-size="12">
        {day(first)}
      </text>
      {runs.length > 1 && (
        <text x={left + step * runs.length} y={height - 8} font-size="12" text-anchor="end">
          {day(last)}
        </text>
      )}
    </svg>
  )
}
