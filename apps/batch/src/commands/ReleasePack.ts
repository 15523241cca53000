import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import { Effect, Option } from "effect"
import { help } from "../cli/Help.js"
import { everywhere } from "../cli/Options.js"
import * as Databases from "../Databases.js"
import { Output } from "../output/Output.js"
import * as ProgressBar from "../output/ProgressBar.js"
import { bytes, held } from "../output/ReleaseText.js"
import * as Releases from "../Releases.js"

export const releasePack = Command.make(
  "pack",
  {
    parent: Options.text("parent").pipe(
      Options.withPseudoName("address"),
      Options.withDescription(
        "The releases to go on from: the folder of --out unless given, or https://github.com/OWNER/REPO."
      ),
      Options.optional
    ),
    first: Options.boolean("first").pipe(
      Options.withDescription("Pack the first release of all, where there is none.")
    ),
    out: Options.text("out").pipe(
      Options.withPseudoName("folder"),
      Options.withDescription("The folder in which the release gets a folder, as in data-000123."),
      Options.withDefault("./releases")
    ),
    ...everywhere
  },
  ({ first, out, parent }) =>
    Effect.gen(function* () {
      const { answer, json, quiet } = yield* Output
      const { Manifest, Pack } = yield* Releases.library
      const place = yield* Releases.place(Option.getOrElse(parent, () => out))
      const packed = yield* Effect.provide(Pack.run({ parent: place, first, out }), ProgressBar.layer)
      const { files, folder, manifest } = packed
      const { base, counts, number } = manifest
      const document = {
        number,
        tag: Manifest.tagOf(number),
        folder,
        base: Manifest.tagOf(base),
        parent: manifest.parent === null ? null : Manifest.tagOf(manifest.parent.number),
        bytes: packed.bytes,
        files,
        counts
      }
      if (!json && quiet) return
      yield* answer(document, () =>
        [
          `${folder}: ${held(counts)}.`,
          `${files} files, ${bytes(packed.bytes)}` +
            (base === number ? "; it needs no other release." : `; it needs ${document.base} beside it.`)
        ].join("\n")
      )
    }).pipe(Effect.scoped, Effect.provide(Databases.reader))
).pipe(
  Command.withDescription(
    help(
      "Pack the whole state of the database into a folder: every version, the ledger, what is missing. The state must " +
        "descend from the release before. What a month's first release has is not packed again until the next month.",
      [
        ["trials release pack --first", "the first, into ./releases/data-000001"],
        ["trials release pack", "the next, which goes on from the newest there"],
        ["trials release pack --parent https://github.com/acme/trials-data", "on what is published there"]
      ]
    )
  )
)
