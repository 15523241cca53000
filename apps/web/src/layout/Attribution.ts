import { type TrialsClient, TrialsClientError } from "trials-contract/client"
import { languageOfText } from "../values/Shown.js"

/** Whose data the pages show. */
export interface Attribution {
  readonly name: string
  readonly text: string
  /** The language of the text, where it is known. */
  readonly lang: string | undefined
}

/** Whose data the pages show. None where the API says nothing: a page that says so needs no source. */
export const attributions = async (client: TrialsClient): Promise<ReadonlyArray<Attribution>> => {
  try {
    const { items } = await client.orThrow.registries.list()
    return items.map(({ attribution, name }) => ({
      name,
      text: attribution,
      lang: languageOfText(name, attribution)
    }))
  } catch (error) {
    if (error instanceof TrialsClientError && error.reason === "refused") return []
    throw error
  }
}
