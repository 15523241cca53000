import { Schema } from "effect"
import { contract } from "trials-contract"
import { beginning, FeedPosition } from "trials-domain/FeedPosition"
import { argumentsOf, limit, optional } from "../Arguments.js"
import { asJson } from "../Cut.js"
import { fitting } from "../Page.js"
import { answered } from "../Reply.js"
import { versionRest, versionShown } from "../Shown.js"
import { tool } from "../Tool.js"

const following = Schema.Struct({
  after: optional(
    FeedPosition.annotations({
      description:
        "`nextAfter` of an answer before, to follow the feed: every change after it, oldest first. Without it the newest come " +
        "first. `0` is the beginning.",
      message: () => ({ message: `must be nextAfter of an answer, or ${beginning}`, override: true })
    })
  ),
  limit: limit(50, 20)
})

/** What changed. */
export const recentChanges = tool({
  name: "recent_changes",
  title: "What changed",
  description:
    "The feed of changes of all trials: what was created, edited, disappeared or came back, and which fields changed. Newest " +
    "first, from since to until if they are given, with nextCursor for older ones. To follow: keep nextAfter, and give it as " +
    "after later; the changes then come oldest first, and none is missed (the end is where nextAfter no longer moves). A filter of trials asks for the trial as it is now. " +
    "silent: an edit whose registry did not move its own update date; mass: one of a run that edited much of its registry. " +
    "Values are cut as in trial_history.",
  arguments: argumentsOf(
    Schema.extend(contract.changes.list.query.pipe(Schema.omit("after", "order", "limit")), following)
  ),
  answer: async ({ after, limit, ...query }, { api, fetchOptions }) => {
    const order = after === undefined ? { order: "newest" as const } : { after }
    const page = await fitting(
      limit,
      (most) => api.changes.list({ query: { ...query, ...order, limit: most }, fetchOptions }),
      ({ items, nextAfter, nextCursor }) =>
        asJson({
          items: items.map(({ id, registry, trial: { title }, ...version }) => ({
            registry,
            id,
            title,
            ...versionShown(version)
          })),
          nextAfter,
          nextCursor
        })
    )
    return answered(page, versionRest)
  }
})
