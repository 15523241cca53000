import type { Visit } from "../Page.js"
import { whole } from "../text/Numbers.js"
import type { ListedRun, RegistryState } from "./Answers.js"
import { words } from "./Words.js"

/** Why the registry may say another number of trials than these pages do. */
export const Counted = ({
  proven,
  registry,
  visit: { language }
}: {
  readonly proven: ListedRun | undefined
  readonly registry: RegistryState
  readonly visit: Visit
}) => {
  const { countNow, countReasons, countSays, countTitle } = words[language]
  const { expected = null, extracted = 0 } = proven?.counts ?? {}
  return (
    <section>
      <h2>{countTitle}</h2>
      <p>
        {expected !== null && `${countSays(whole(language, expected), whole(language, extracted))} `}
        {countNow(whole(language, registry.trials.listed))}
      </p>
      <ul>
        {countReasons.map((reason) => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
    </section>
  )
}
