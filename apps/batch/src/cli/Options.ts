import * as Args from "@effect/cli/Args"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import { Effect, Either, Option, Schema } from "effect"
import * as Instant from "trials-domain/Instant"
import * as Age from "trials-domain/Age"
import { FeedPosition } from "trials-domain/FeedPosition"
import { isBlank } from "trials-domain/Text"

/** The options of every command: how it prints its answer. */
export const everywhere = {
  json: Options.boolean("json").pipe(
    Options.withDescription("Print JSON on stdout and nothing else: one document, or one a line for lists.")
  ),
  quiet: Options.boolean("quiet").pipe(
    Options.withDescription("No progress, no logs but errors, no report of a run in which all went well.")
  )
}

export const registry = Options.text("registry").pipe(Options.withDescription("Which registry, as in kdca."))

export const from = Options.text("from").pipe(
  Options.withPseudoName("file"),
  Options.withDescription("Read a saved response body, or a folder of pages, in place of the network."),
  Options.optional
)

export const sample = Options.boolean("sample").pipe(
  Options.withDescription(
    "Read the sample that comes with the registry, without a key or the network: into ./data/sample.db, unless TRIALS_DATABASE_URL names another."
  )
)

const positive = (name: string) =>
  Options.integer(name).pipe(
    Options.mapEffect((value) =>
      value > 0 ? Effect.succeed(value) : wrong(`Expected a whole number from 1 for option '--${name}'`)
    )
  )

export const limit = (normal: number) =>
  positive("limit").pipe(
    Options.withDescription(`At most so many, ${normal} unless told.`),
    Options.withDefault(normal)
  )

/** Refuses the value of an option. */
export const wrong = (message: string): Effect.Effect<never, ValidationError.ValidationError> =>
  Effect.fail(ValidationError.invalidValue(HelpDoc.p(message)))

/** An instant, or a date, which means the `start` or the `end` of that day in UTC. */
export const instant = (name: string, day: "start" | "end", description: string) =>
  Options.text(name).pipe(
    Options.withPseudoName("instant"),
    Options.mapEffect((text) =>
      Option.match(Instant.parse(text, day), {
        onNone: () =>
          wrong(
            `Expected an instant with its zone, as in 2026-11-23T09:00Z, or a date, for option '--${name}'`
          ),
        onSome: (found) => Effect.succeed(found)
      })
    ),
    Options.withDescription(description),
    Options.optional
  )

export const age = (name: string, description: string) =>
  Options.text(name).pipe(
    Options.withPseudoName("age"),
    Options.mapEffect((text) =>
      Either.match(Age.parse(text), {
        onLeft: (expected) => wrong(`Option '--${name}' ${expected}`),
        onRight: (found) => Effect.succeed(found)
      })
    ),
    Options.withDescription(description),
    Options.optional
  )

/** A position in the feed of changes. */
export const position = (name: string, description: string) =>
  Options.text(name).pipe(
    Options.withPseudoName("position"),
    Options.mapEffect((text) =>
      Schema.is(FeedPosition)(text)
        ? Effect.succeed(text)
        : wrong(`Expected nextAfter of an earlier answer, or a whole number from 0, for option '--${name}'`)
    ),
    Options.withDescription(description),
    Options.optional
  )

/** An option that takes one of a few words. (The library's own does not say which option was wrong.) */
export const oneOf = <A extends string>(name: string, words: ReadonlyArray<A>, description: string) =>
  Options.text(name).pipe(
    Options.withPseudoName(name),
    Options.mapEffect((text) => {
      const found = words.find((word) => word === text)
      return found === undefined
        ? wrong(`Expected one of ${words.join(", ")} for option '--${name}'`)
        : Effect.succeed(found)
    }),
    Options.withDescription(description),
    Options.optional
  )

/** Refuses blank text, which would find everything. */
const notBlank = (what: string) => (text: string) =>
  isBlank(text) ? wrong(`Expected text that is not blank for ${what}`) : Effect.succeed(text)

/** A text option that is undefined if it is not given. */
export const filter = (name: string, description: string) =>
  Options.text(name).pipe(
    Options.mapEffect(notBlank(`option '--${name}'`)),
    Options.withDescription(description),
    Options.optional,
    Options.map(Option.getOrUndefined)
  )

/** The text to search for. */
export const searched = (description: string) =>
  Args.text({ name: "text" }).pipe(
    Args.mapEffect((text) => Effect.mapError(notBlank("<text>")(text), ({ error }) => error)),
    Args.withDescription(description),
    Args.optional
  )

/** The registry and the id of one trial. */
export const oneTrial = {
  registry: Args.text({ name: "registry" }).pipe(Args.withDescription("As in kdca.")),
  id: Args.text({ name: "id" }).pipe(Args.withDescription("The registry's own id, as in C130010."))
}
