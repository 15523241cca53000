import { Schema } from "effect"
import { contract } from "trials-contract"
import { argumentsOf, limit, ofTrial } from "../Arguments.js"
import { asJson } from "../Cut.js"
import { fitting } from "../Page.js"
import { answered } from "../Reply.js"
import { mostCharacters, versionRest, versionShown } from "../Shown.js"
import { tool } from "../Tool.js"

/** The versions of a trial. */
export const trialHistory = tool({
  name: "trial_history",
  title: "The versions of a trial",
  description:
    "How a trial changed: its versions, newest first, each with its cause (kind) and the fields that changed, without the " +
    "trial itself. remapped is a change of how we read the record, not of what the registry says; silent: an edit whose " +
    `registry did not move its own update date. Values are cut to ${mostCharacters} characters, and such a change names them in ` +
    "cut: get_trial with asOf and field has them whole. nextCursor is the cursor of older versions.",
  arguments: argumentsOf(
    Schema.extend(
      Schema.extend(ofTrial, contract.trials.history.query.pipe(Schema.pick("cursor"))),
      Schema.Struct({ limit: limit(20, 10) })
    )
  ),
  answer: async ({ cursor, id, limit, registry }, { api, fetchOptions }) => {
    const page = await fitting(
      limit,
      (most) =>
        api.trials.history({ params: { registry, id }, query: { cursor, limit: most }, fetchOptions }),
      ({ items, nextCursor, total }) =>
        asJson({ registry, id, total, items: items.map(versionShown), nextCursor })
    )
    return answered(page, versionRest)
  }
})
