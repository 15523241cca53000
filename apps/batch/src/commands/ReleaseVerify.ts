import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Option } from "effect"
import { help } from "../cli/Help.js"
import { everywhere } from "../cli/Options.js"
import { Output } from "../output/Output.js"
import * as ProgressBar from "../output/ProgressBar.js"
import { held } from "../output/ReleaseText.js"
import * as Releases from "../Releases.js"

export const releaseVerify = Command.make(
  "verify",
  {
    address: Releases.address,
    base: Options.text("base").pipe(
      Options.withPseudoName("address"),
      Options.withDescription("The releases that have its base, where that is not beside it."),
      Options.optional
    ),
    ...everywhere
  },
  ({ address, base: elsewhere }) =>
    Effect.gen(function* () {
      const { answer, json, quiet } = yield* Output
      const { Manifest, Release, Verify } = yield* Releases.library
      const release = yield* Effect.flatMap(
        Releases.placeWithBase(address, Option.getOrUndefined(elsewhere)),
        Release.openWanted
      )
      yield* Effect.provide(Verify.run(release), ProgressBar.layer)
      const { base, counts, number, parent, registries } = release.manifest
      const document = {
        number,
        tag: Manifest.tagOf(number),
        base: Manifest.tagOf(base),
        parent: parent === null ? null : Manifest.tagOf(parent.number),
        counts,
        registries
      }
      if (!json && quiet) return
      yield* answer(document, () => `${release.where} is whole: ${held(counts)}.`)
    }).pipe(Effect.scoped)
).pipe(
  Command.withDescription(
    help(
      "Read every byte of a release, and of the base that it needs, and compare it with the manifest; exit code 7 where " +
        "they differ.",
      [
        ["trials release verify ./releases", "the newest in a folder"],
        [
          "trials release verify ./releases/data-000124 --base https://github.com/acme/trials-data",
          "before it is published there"
        ],
        ["trials release verify https://github.com/acme/trials-data", "the newest that is published"]
      ]
    )
  )
)
