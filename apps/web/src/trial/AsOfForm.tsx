import type { Visit } from "../Page.js"
import { trialPath } from "../values/Shown.js"
import type { Trial } from "./Answers.js"
import { words } from "./Words.js"

/** The form that shows a trial as it had been seen at the end of a day. */
export const AsOfForm = ({ day, trial, visit }: AsOfFormProps) => {
  const said = words[visit.language]
  return (
    <form method="get" action={visit.to(trialPath(trial))} aria-label={said.asOf}>
      <label>
        {said.asOfLabel}
        <span class="row">
          <input type="date" name="asOf" required min={trial.createdAt?.slice(0, 10)} value={day} />
          <button type="submit">{said.show}</button>
        </span>
      </label>
    </form>
  )
}

interface AsOfFormProps {
  readonly visit: Visit
  /** `createdAt`: before that day there is nothing to show. */
  readonly trial: Pick<Trial, "registry" | "id"> & { readonly createdAt?: string }
  readonly day?: string | undefined
}
