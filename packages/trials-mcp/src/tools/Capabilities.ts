import { ChangeKind } from "trials-domain/Change"
import { codes } from "trials-domain/CodedWords"
import { proofMeaning } from "trials-domain/Run"
import { contentFields } from "trials-domain/Trial"
import { mostText, searchedIn, TrialSort } from "trials-domain/TrialFilter"
import { noArguments } from "../Arguments.js"
import { asJson } from "../Cut.js"
import { answered, mostBytes } from "../Reply.js"
import { mostCharacters } from "../Shown.js"
import { tool } from "../Tool.js"
import { filterNames, hitFields, mostHits } from "./SearchTrials.js"

const cannot = [
  "an order by relevance, or by anything but the last change and the id",
  "counts by value or by time: the API has facets of /v1/trials and /v1/changes/summary",
  "negations, OR between filters, or expressions: each filter narrows",
  "words in fields that q does not name, as criteria, outcomes or the summary",
  "people, contacts and places of sites: they are not kept",
  "results: only whether and since when a registry shows some",
  "registries that are not listed here",
  "all trials at once: the API's exports give them as a file",
  "writing anything"
]

/** What can be asked. */
export const capabilities = tool({
  name: "capabilities",
  title: "What can be asked",
  description:
    "What can be asked here, and what cannot: the registries, the filters, the codes of coded filters, the fields of a trial, " +
    "and the limits of answers. A call that cannot be asked is refused with the reason; that is not the same as none found.",
  arguments: noArguments,
  answer: async (_, { addressOf, api, fetchOptions }) => {
    const { items } = await api.registries.list({ fetchOptions })
    return answered(
      asJson({
        registries: items.map(({ name, title, trials }) => ({ registry: name, title, trials })),
        filters: filterNames,
        searchedIn,
        codes,
        sorts: TrialSort.literals,
        changeKinds: ChangeKind.literals,
        proofs: proofMeaning,
        hitFields,
        fields: contentFields,
        limits: {
          answerBytes: mostBytes,
          hits: mostHits,
          changedValueCharacters: mostCharacters,
          filterCharacters: mostText
        },
        cannot
      }),
      () => addressOf("/openapi.json")
    )
  }
})
