import { Schema } from "effect"
import { contract } from "trials-contract"
import type { TrialsClient } from "trials-contract/client"
import { beginning, FeedPosition } from "trials-domain/FeedPosition"
import { argumentsOf, filters, limit, optional } from "../Arguments.js"
import { asJson } from "../Cut.js"
import { fitting } from "../Page.js"
import { answered, Refused } from "../Reply.js"
import { versionRest, versionShown } from "../Shown.js"
import { tool } from "../Tool.js"

// lands with the contract: the filters and the pages of the feed will be among the parameters of its own call.
const feed = Schema.extend(
  contract.changes.list.query.pipe(Schema.omit("after", "limit", "registry")),
  Schema.extend(
    filters.pipe(Schema.omit("missing")),
    Schema.Struct({
      missing: optional(
        Schema.Boolean.annotations({ description: "Whether those of dropped trials are shown: true." })
      ),
      since: optional(
        Schema.String.annotations({ description: "Changes that were seen at this instant or later." })
      ),
      until: optional(
        Schema.String.annotations({ description: "Changes that were seen at this instant or earlier." })
      ),
      cursor: optional(Schema.String.annotations({ description: "`nextCursor` of the answer before." }))
    })
  )
)
type Feed = TrialsClient["orThrow"]["changes"]["list"]
type Page = Awaited<ReturnType<Feed>> & { readonly nextCursor?: string | null }
const read = (list: Feed, query: object, fetchOptions: { readonly signal: AbortSignal }): Promise<Page> =>
  list({ query: query as NonNullable<NonNullable<Parameters<Feed>[0]>["query"]>, fetchOptions })
// So far what lands with the contract.

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

/** The names of those arguments that look back, and do not go with `after`. */
const lookingBack = ["since", "until", "cursor"] as const

/** What changed. */
export const recentChanges = tool({
  name: "recent_changes",
  title: "What changed",
  description:
    "The feed of changes of all trials: what was created, edited, disappeared or came back, and which fields changed. Newest " +
    "first, from since to until if they are given, with nextCursor for older ones. To follow: keep nextAfter, and give it as " +
    "after later; the changes then come oldest first, and none is missed. A filter of trials asks for the trial as it is now. " +
    "silent: an edit whose registry did not move its own update date; mass: one of a run that edited much of its registry. " +
    "Values are cut as in trial_history.",
  arguments: argumentsOf(Schema.extend(feed, following)),
  answer: async ({ after, limit, ...query }, { api, fetchOptions }) => {
    const back = lookingBack.filter((name) => query[name] !== undefined)
    if (after !== undefined && back.length > 0)
      throw new Refused({
        title: "Invalid arguments",
        detail: `after follows the feed, and does not go with ${back.join(", ")}.`,
        errors: back.map((parameter) => ({ parameter, detail: "does not go with after" }))
      })
    const order = after === undefined ? { order: "newest" } : { after }
    const page = await fitting(
      limit,
      (most) => read(api.changes.list, { ...query, ...order, limit: most }, fetchOptions),
      ({ items, nextAfter, nextCursor = null }) =>
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
