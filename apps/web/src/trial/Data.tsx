import type { Visit } from "../Page.js"
import { trialPath } from "../values/Shown.js"
import type { Trial } from "./Answers.js"
import { words } from "./Words.js"

/** The feed of the changes of a trial. */
export const feedOf = ({ at }: Visit, { id, registry }: Pick<Trial, "registry" | "id">): string =>
  at("/v1/changes.atom", { registry, id })

/** A trial and its versions for programs, and its feed. */
export const Data = ({ trial, visit }: { readonly trial: Trial; readonly visit: Visit }) => {
  const said = words[visit.language]
  const path = `/v1${trialPath(trial)}`
  return (
    <section id="data">
      <h2>{said.data}</h2>
      <ul>
        <li>
          <a href={visit.at(path)}>{said.json}</a>
        </li>
        <li>
          <a href={visit.at(`${path}/history`)}>{said.historyJson}</a>
        </li>
        <li>
          <a href={visit.at(`${path}/history.csv`)}>{said.historyCsv}</a>
        </li>
        <li>
          <a href={feedOf(visit, trial)}>{said.atom}</a>
        </li>
      </ul>
    </section>
  )
}
