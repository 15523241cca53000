import { Schema } from "effect"
import { contract } from "trials-contract"
import { argumentsOf, ofTrial } from "../Arguments.js"
import { asJson } from "../Cut.js"
import { answered } from "../Reply.js"
import { tool } from "../Tool.js"

/** Two versions of a trial, field by field. */
export const compareVersions = tool({
  name: "compare_versions",
  title: "Two versions of a trial",
  description:
    "Compares two versions of one trial: each field in which they differ, with what either says. trial_history lists the " +
    "versions. Long values are cut, and cut says where they are whole.",
  arguments: argumentsOf(Schema.extend(ofTrial, contract.trials.diff.query)),
  answer: async ({ from, id, registry, to }, { addressOf, api, fetchOptions }) => {
    const diff = await api.trials.diff({ params: { registry, id }, query: { from, to }, fetchOptions })
    const path = `/v1/trials/${encodeURIComponent(registry)}/${encodeURIComponent(id)}/diff?from=${from}&to=${to}`
    return answered(asJson(diff), () => addressOf(path))
  }
})
