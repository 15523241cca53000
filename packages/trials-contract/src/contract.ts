import { initContract } from "@ts-rest/core"
import { Schema } from "effect"
import { ChangeKind } from "trials-domain/Change"
import { ChangeSummary } from "trials-domain/ChangeSummary"
import { Quality } from "trials-domain/Quality"
import { IdentifiedTrials, RelatedTrials } from "trials-domain/RelatedTrial"
import { Run } from "trials-domain/Run"
import { FacetName } from "trials-domain/Facets"
import { contentFields, Trial, trialFields } from "trials-domain/Trial"
import { FeedOrder } from "trials-domain/FeedPosition"
import { TrialSort } from "trials-domain/TrialFilter"
import { VersionDiff } from "trials-domain/TrialVersion"
import { ChangeFeed, Registries, RunPage, TrialPage, VersionPage } from "./Bodies.js"
import {
  after,
  cursor,
  filter,
  flag,
  instant,
  limit,
  noQuery,
  oneOf,
  optional,
  query,
  registry,
  segment,
  text,
  words,
  whole,
  withDefault
} from "./Parameters.js"
import { Problem } from "./Problem.js"
import { exportRoutes, exportTypes, problemType, refusals, routes, textRoutes, textTypes } from "./Routes.js"

const c = initContract()

const body = Schema.standardSchemaV1

const problem = c.otherResponse({ contentType: problemType, body: body(Problem) })

const anyRefusal = Object.fromEntries(refusals.map((status) => [status, problem])) as Record<
  // `fromEntries` forgets the keys.
  (typeof refusals)[number],
  typeof problem
>

const largest = 2_147_483_647

const ofRegistry = { registry: segment("The name of a registry, as in `kdca`.", "kdca") }
const ofTrial = { ...ofRegistry, id: segment("The registry's own id, as in `C130010`.", "C130010") }
const trialPath = body(Schema.Struct(ofTrial))
const page = { limit: limit(100, 20), cursor }
const fields = optional(
  words(
    trialFields,
    "Which fields each trial has, beside its registry and id. With one that lists do not carry by themselves, `limit` is " +
      "at most 25."
  )
)

const excel = withDefault(
  flag(
    "For a spreadsheet: a byte order mark, and an apostrophe before a text that would be a formula.",
    false
  ),
  false
)

/** Which changes are wanted whenever they were: what they are, and of which trials. */
const feed = {
  kind: optional(oneOf(ChangeKind.literals, "Only changes of this kind.")),
  silent: optional(
    flag(
      "Only edits whose registry did not move its own update date; `false`: only changes that are none of these."
    )
  ),
  mass: optional(
    flag(
      "Only edits of a run that edited much of its registry at once; `false`: only changes that are none of these."
    )
  ),
  field: optional(
    oneOf(
      contentFields,
      "Only changes of this field; of a computed one (`enrollment`), also edits of its text (`enrollmentRaw`)."
    )
  ),
  id: optional(text("Only changes of the trial with this id. Goes with `registry`.")),
  ...filter,
  missing: withDefault(
    flag("Whether changes of trials that their registry no longer lists are shown too.", true),
    true
  )
}

/** Which changes are wanted. */
const changed = {
  since: optional(instant("Only changes that were observed at this instant or later.")),
  until: optional(instant("Only changes that were observed at this instant or earlier.")),
  ...feed
}

/** The API, path by path: read-only, `GET` (and `HEAD`). */
export const contract = c.router(
  {
    trials: {
      /** Searches and lists trials, newest first unless sorted. */
      list: {
        ...routes.trials.list,
        summary: "Search and list trials",
        description:
          "Newest first unless sorted, each in its short fields. Trials that their registry no longer lists are left out " +
          "unless asked for. There is no order by relevance: the newest change comes first, after trials that `q` names.",
        query: query(
          Schema.Struct({
            ...filter,
            sort: withDefault(
              oneOf(
                TrialSort.literals,
                "`-updatedAt` is newest first; `id` is by id, then registry.",
                "-updatedAt"
              ),
              "-updatedAt"
            ),
            facets: optional(
              words(
                FacetName.literals,
                "Also counts the hits by these values: the newest 10,000 of them, and a trial once under each of its values."
              )
            ),
            fields,
            ...page
          })
        ),
        responses: { 200: body(TrialPage) }
      },
      /** Trials created or edited lately, newest first. */
      recent: {
        ...routes.trials.recent,
        summary: "Trials created or edited lately",
        description: "Those with `updatedAt` in the last `days` times 24 hours, newest first.",
        query: query(
          Schema.Struct({
            days: withDefault(whole(1, 365, "How many times 24 hours.", 7), 7),
            ...filter,
            fields,
            ...page
          })
        ),
        responses: { 200: body(TrialPage) }
      },
      /** One trial, as it is or as it had been observed at an instant. */
      get: {
        ...routes.trials.get,
        summary: "One trial",
        description:
          "As it is, or as it had been observed at an instant. A trial that its registry dropped is here too.",
        pathParams: trialPath,
        query: query(Schema.Struct({ asOf: optional(instant("What was known at this instant.")) })),
        responses: { 200: body(Trial) }
      },
      /** The versions of a trial, newest first. */
      history: {
        ...routes.trials.history,
        summary: "The versions of a trial",
        description: "Newest first, each with the change that made it.",
        pathParams: trialPath,
        query: query(Schema.Struct(page)),
        responses: { 200: body(VersionPage) }
      },
      /** Two versions of a trial, field by field. */
      diff: {
        ...routes.trials.diff,
        summary: "Two versions of a trial, field by field",
        description: "Each field in which they differ, with what either says.",
        pathParams: trialPath,
        query: query(
          Schema.Struct({
            from: whole(1, largest, "The version to begin with."),
            to: whole(1, largest, "The version to end with.")
          })
        ),
        responses: { 200: body(VersionDiff) }
      },
      /** The same trial elsewhere, and where the registries disagree. */
      related: {
        ...routes.trials.related,
        summary: "The same trial elsewhere",
        description:
          "In other registries, or under an id that its own registry once gave it: by which identifier, whose registry " +
          "says so, and in which fields the two disagree. By explicit identifiers alone: that a trial is not among them " +
          "does not mean that it is another one.",
        pathParams: trialPath,
        query: noQuery,
        responses: { 200: body(RelatedTrials) }
      }
    },
    identifiers: {
      /** The trials that are known by an identifier, in any spelling. */
      get: {
        ...routes.identifiers.get,
        summary: "The trials that are known by an identifier",
        description:
          "By its registry's own id, one that the registry once gave it, or its id elsewhere, in any case, spacing and " +
          "punctuation (`nct 0123-4567`), and with any label before a number (`EudraCT:2014-001234-12`). The old number of " +
          "a record that was merged gives the trial of today first. Where nothing is known by it, there are no items.",
        pathParams: body(
          Schema.Struct({
            identifier: segment("As in `NCT01234567`, `2014-001234-12` or `KCT0001234`.", "C130010")
          })
        ),
        query: noQuery,
        responses: { 200: body(IdentifiedTrials) }
      }
    },
    changes: {
      /** The feed of all changes, oldest first. */
      list: {
        ...routes.changes.list,
        summary: "The feed of all changes",
        description:
          "Oldest first and without gaps, or with `order=newest` looking back from the end. The filters of `/v1/trials` are of " +
          "the trial as it is now. Where `Accept` asks for `application/x-ndjson`: one change a line, and " +
          "`nextAfter` in the header `X-Next-After`. 410 where the feed no longer has the place in `after`, as after a " +
          "restore of the database: begin again at `after=0`, or at a change from before the state that was restored.",
        query: query(
          Schema.Struct({
            after,
            order: withDefault(
              oneOf(
                FeedOrder.literals,
                "`oldest` is the feed, which `after` follows; `newest` looks back from the end, page by page with `cursor`.",
                "oldest"
              ),
              "oldest"
            ),
            ...changed,
            limit: limit(1000, 100),
            cursor
          })
        ),
        responses: { 200: body(ChangeFeed), 410: problem }
      },
      /** Changes counted by kind, field, registry and day. */
      summary: {
        ...routes.changes.summary,
        summary: "Changes counted by what they are",
        description:
          "By kind, field, registry and day, with the filters of the feed: the newest 10,000 of them. Counting stops after a " +
          "look at the newest 100,000 changes of the time that is asked for; `complete` says whether these are all.",
        query: query(Schema.Struct(changed)),
        responses: { 200: body(ChangeSummary) }
      }
    },
    registries: {
      /** The registries, and how fresh what is known of them is. */
      list: {
        ...routes.registries.list,
        summary: "The registries, and how fresh what is known of them is",
        description:
          "Each with its last run and the last one that was proven, the age of what is known, and how many trials it lists.",
        query: noQuery,
        responses: { 200: body(Registries) }
      },
      /** What is wrong with the data of a registry. */
      quality: {
        ...routes.registries.quality,
        summary: "What is wrong with the data of a registry",
        description:
          "The findings and the rejected records of its last proven run, beside those of the one before.",
        pathParams: body(Schema.Struct(ofRegistry)),
        query: noQuery,
        responses: { 200: body(Quality) }
      }
    },
    runs: {
      /** The runs, newest first. */
      list: {
        ...routes.runs.list,
        summary: "The runs, newest first",
        description: "Whatever their verdict.",
        query: query(Schema.Struct({ registry: optional(registry), ...page })),
        responses: { 200: body(RunPage) }
      },
      /** One run, with what it rejected and found. */
      get: {
        ...routes.runs.get,
        summary: "One run",
        description: "With what it rejected and found.",
        pathParams: body(
          Schema.Struct({ id: segment("As `/v1/runs` lists it.", "20261123T180000Z-run004") })
        ),
        query: noQuery,
        responses: { 200: body(Run) }
      }
    }
  },
  { strictStatusCodes: true, commonResponses: anyRefusal }
)

const one = (type: string, description: string) => ({
  200: c.otherResponse({ contentType: type, body: body(Schema.String.annotations({ description })) })
})

/** Answers in another form than JSON. They are served beside the contract, and are no calls of the client. */
export const textContract = c.router(
  {
    /** The changes of the last seven days, for a feed reader. */
    atom: {
      ...textRoutes.atom,
      summary: "What changed lately, as an Atom feed",
      description:
        "The changes of the last seven days, and of today (UTC), the newest first, with the filters of the feed of changes: for " +
        "one trial by `registry` and `id`. At most 2000: where there are more, one more entry says how many, and where all of " +
        "them are. An entry has the same id for ever.",
      query: query(Schema.Struct(feed)),
      responses: one(textTypes.atom, "An Atom feed (RFC 4287).")
    },
    /** The versions of a trial, for a spreadsheet. */
    history: {
      ...textRoutes.history,
      summary: "The versions of a trial as CSV",
      description:
        "All of them, the newest first: a row for each field that changed, or one for a version whose change moved no field. " +
        "With `excel`, a byte order mark, and an apostrophe before a text that would be a formula.",
      pathParams: trialPath,
      query: query(Schema.Struct({ excel })),
      responses: one(textTypes.history, "A header, then a row for each change of a field.")
    }
  },
  { strictStatusCodes: true, commonResponses: anyRefusal }
)

const exported = {
  ...filter,
  asOf: optional(instant("What was known at this instant, in place of what is known now."))
}

const file = (format: keyof typeof exportTypes, description: string) => ({
  200: c.otherResponse({
    contentType: exportTypes[format],
    body: body(Schema.String.annotations({ description }))
  })
})

const chosen =
  "All trials that the filters choose, each with all its fields, by registry and id, as they are when the answer " +
  "begins, whatever is written while it is read. "

const cut =
  " An answer that could not be sent whole ends without its last chunk, so that a client sees that it was cut. Two " +
  "exports are sent at a time, and one to each client; others are refused with 503."

/** The exports: every trial of a filter as a file. They are served beside the contract, as their answers are no JSON. */
export const exportContract = c.router(
  {
    /** As CSV. */
    csv: {
      ...exportRoutes.csv,
      summary: "Export trials as CSV",
      description: `${chosen}A header, then a trial in each record (RFC 4180). Null is an empty cell, a list or an object is JSON.${cut}`,
      query: query(
        Schema.Struct({
          ...exported,
          excel
        })
      ),
      responses: file("csv", "A header, then a trial in each record.")
    },
    /** As NDJSON. */
    ndjson: {
      ...exportRoutes.ndjson,
      summary: "Export trials as NDJSON",
      description: `${chosen}A trial on each line, as its own address gives it.${cut}`,
      query: query(Schema.Struct(exported)),
      responses: file("ndjson", "A trial on each line.")
    },
    /** As Parquet. */
    parquet: {
      ...exportRoutes.parquet,
      summary: "Export trials as Parquet",
      description: `${chosen}Texts, numbers, flags and instants have their own types; lists and objects are nested.${cut}`,
      query: query(Schema.Struct(exported)),
      responses: file("parquet", "A file of Parquet, in bytes.")
    }
  },
  { strictStatusCodes: true, commonResponses: anyRefusal }
)
