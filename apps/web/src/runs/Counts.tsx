import type { RunCounts } from "trials-domain/Run"
import type { Visit } from "../Page.js"
import { whole } from "../text/Numbers.js"
import { words } from "./Words.js"

const names = [
  "expected",
  "extracted",
  "detailed",
  "rejected",
  "created",
  "edited",
  "silent",
  "remapped",
  "unchanged",
  "missed",
  "disappeared",
  "reappeared"
] as const satisfies ReadonlyArray<keyof RunCounts>

/** What a run counted. */
export const Counts = ({
  counts,
  visit: { language }
}: {
  readonly counts: RunCounts
  readonly visit: Visit
}) => {
  const { count, counts: title, names: labels, notAsked, what } = words[language]
  return (
    <section>
      <h2 id="counts">{title}</h2>
      <div class="box" tabindex={0} role="region" aria-labelledby="counts">
        <table>
          <thead>
            <tr>
              <th scope="col">{what}</th>
              <th scope="col" class="n">
                {count}
              </th>
            </tr>
          </thead>
          <tbody>
            {names.map((name) => {
              const value = counts[name]
              return (
                <tr key={name}>
                  <th scope="row">{labels[name]}</th>
                  <td class="n">{value === null ? notAsked : whole(language, value)}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </section>
  )
}
