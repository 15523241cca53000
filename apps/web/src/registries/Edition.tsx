import type { Visit } from "../Page.js"
import { dateText } from "../values/Dates.js"
import { SaidTitle } from "../values/SaidText.js"
import type { RegistryState } from "./Answers.js"
import { words } from "./Words.js"

/** What an edition is called: its title or else its id, and its day where the registry gives one. A saved file is called that. */
export const Edition = ({
  registry: { name, revision },
  visit: { language }
}: {
  readonly registry: RegistryState
  readonly visit: Visit
}) => {
  const { editionOf, noEdition, savedFile } = words[language]
  if (revision === null) return <>{noEdition}</>
  const { date, id, title } = revision
  return (
    <>
      {id.startsWith("file:") ? savedFile : <SaidTitle registry={name} text={title ?? id} />}
      {date !== null && <> ({editionOf(dateText(language, date))})</>}
    </>
  )
}
