/**
 * The paths beside the contract: how the API is, and what its refusals mean. Of the OpenAPI document alone; nothing loads this
 * module at run time.
 *
 * @module
 */
import { Schema } from "effect"
import { RegistryState } from "trials-domain/RegistryState"
import { answers } from "./Examples.js"
import { sectionOf } from "./Problems.js"
import { answerType, refusals } from "./Routes.js"

const { ageSeconds, countedAgeSeconds, lastChangeAt, lastProvenAt, name, revision } = RegistryState.fields

const Freshness = Schema.Struct({
  registry: name,
  revision,
  lastProvenAt,
  ageSeconds,
  countedAgeSeconds,
  lastChangeAt,
  stale: Schema.Boolean.annotations({ description: "Whether that is older than the operator allows." })
}).annotations({ identifier: "Freshness" })

const Health = Schema.Struct({ status: Schema.Literal("ok") }).annotations({ identifier: "Health" })

const Readiness = Schema.Struct({
  status: Schema.Literal("ready"),
  registries: Schema.Array(Freshness)
}).annotations({ identifier: "Readiness" })

/** A path beside the contract. */
export interface ServicePath {
  readonly operationId: string
  readonly tag: "health" | "problems"
  readonly summary: string
  readonly description: string
  /** The content type of its answer, the schema, and an answer. */
  readonly type: string
  readonly schema: Schema.Schema.AnyNoContext
  readonly example: unknown
  /** A name in the path, and what it is. */
  readonly parameter?: { readonly name: string; readonly description: string; readonly example: string }
  /** Whether its answer has a tag, so that it can be asked for whether it is still the same. */
  readonly isTagged: boolean
  /** The statuses by which it refuses. */
  readonly refuses: ReadonlyArray<(typeof refusals)[number]>
}

/** What any of these paths may refuse by. Health is not limited, and only what needs the database is ever not there. */
const refusing = (...more: ReadonlyArray<(typeof refusals)[number]>) =>
  refusals.filter((status) => ![404, 429, 503].includes(status) || more.includes(status))

const text = (description: string) => Schema.String.annotations({ description })

/** The paths beside the contract, by their address. */
export const service: Readonly<Record<string, ServicePath>> = {
  "/healthz": {
    operationId: "health",
    tag: "health",
    summary: "Whether the API is alive",
    description:
      "200 while the process answers, whatever the state of its database. It is not counted by the rate limit.",
    type: answerType,
    schema: Health,
    example: { status: "ok" } satisfies typeof Health.Encoded,
    isTagged: false,
    refuses: refusing()
  },
  "/readyz": {
    operationId: "readiness",
    tag: "health",
    summary: "Whether the API can answer, and how old its data are",
    description:
      "503 without a database, or where the last proven run of a registry is older than the operator allows: that problem " +
      "is of the type `stale`, and has `registries` too. It is not counted by the rate limit.",
    type: answerType,
    schema: Readiness,
    example: {
      status: "ready",
      registries: answers.registries.items.map((state) => ({
        registry: state.name,
        revision: state.revision,
        lastProvenAt: state.lastProvenAt,
        ageSeconds: state.ageSeconds,
        countedAgeSeconds: state.countedAgeSeconds,
        lastChangeAt: state.lastChangeAt,
        stale: false
      }))
    } satisfies typeof Readiness.Encoded,
    isTagged: false,
    refuses: refusing(503)
  },
  "/metrics": {
    operationId: "metrics",
    tag: "health",
    summary: "What is counted, for Prometheus",
    description:
      "Requests, refusals, what the ledger says of each registry, and the process, in the text format of Prometheus. It is " +
      "not counted by the rate limit.",
    type: "text/plain",
    schema: text("Lines of names, labels and values."),
    example:
      "# HELP trials_trials Trials of a registry, by whether it still lists them.\n# TYPE trials_trials gauge\n" +
      'trials_trials{registry="kdca",state="listed"} 13\n',
    isTagged: false,
    refuses: refusing()
  },
  "/problems": {
    operationId: "problemKinds",
    tag: "problems",
    summary: "The kinds of refusals",
    description: "One on each line: the end of a problem's `type`, its status and its title.",
    type: "text/plain",
    schema: text("A kind on each line."),
    example: "/problems/invalid-cursor  400  Invalid cursor\n",
    isTagged: true,
    refuses: refusing(429)
  },
  "/problems/{name}": {
    operationId: "problemKind",
    tag: "problems",
    summary: "What a kind of refusal means",
    description: "The `type` of a problem leads here: what it means, and what to do.",
    type: "text/plain",
    schema: text("A section of Markdown."),
    example: sectionOf("invalid-cursor"),
    parameter: {
      name: "name",
      description: "The last part of a problem's `type`.",
      example: "invalid-cursor"
    },
    isTagged: true,
    refuses: refusing(404, 429)
  }
}
