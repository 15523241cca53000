import * as Args from "@effect/cli/Args"
import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect } from "effect"
import { help } from "../cli/Help.js"
import { everywhere } from "../cli/Options.js"
import { Misuse } from "../Failure.js"
import { Output } from "../output/Output.js"
import { bytes } from "../output/ReleaseText.js"
import * as Releases from "../Releases.js"

export const releasePublish = Command.make(
  "publish",
  {
    folder: Args.text({ name: "folder" }).pipe(
      Args.withDescription("A packed release, as in ./releases/data-000123.")
    ),
    to: Options.text("to").pipe(
      Options.withPseudoName("address"),
      Options.withDescription("Where to: https://github.com/OWNER/REPO.")
    ),
    ...everywhere
  },
  ({ folder, to }) =>
    Effect.gen(function* () {
      const { answer, json, quiet } = yield* Output
      const [{ Places }, options] = yield* Effect.all([Releases.library, Releases.github])
      if (options.token === undefined) {
        return yield* new Misuse({
          message:
            "Publishing needs a token: set GITHUB_TOKEN to one that may write the repository's contents."
        })
      }
      const published = yield* Places.publish(folder, to, options)
      if (!json && quiet) return
      yield* answer(
        published,
        () =>
          `${published.tag} is published: ${published.files} files, ${bytes(published.bytes)}.\n${published.page}`
      )
    }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    help(
      "Publish a packed release on GitHub: its files go to a draft, and the draft becomes public at once. What does not " +
        "follow the newest release there is refused. In a public repository everybody reads it.",
      [
        [
          "trials release publish ./releases/data-000001 --to https://github.com/acme/trials-data",
          "needs GITHUB_TOKEN"
        ]
      ]
    )
  )
)
