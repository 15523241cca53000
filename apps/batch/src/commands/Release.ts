import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import { help, index } from "../cli/Help.js"
import { releasePack } from "./ReleasePack.js"
import { releasePublish } from "./ReleasePublish.js"
import { releaseRestore } from "./ReleaseRestore.js"
import { releaseVerify } from "./ReleaseVerify.js"

export const release = Command.make("release").pipe(
  Command.withDescription(
    HelpDoc.blocks([
      help(
        "Releases: the whole state of a database as files, to keep, to publish, to bring back, to follow.",
        []
      ),
      index({
        Commands: [
          ["pack", "pack the state of the database"],
          ["verify", "whether every byte of a release is as it was packed"],
          ["publish", "publish a packed release on GitHub"],
          ["restore", "bring a release into a database"]
        ]
      })
    ])
  ),
  Command.withSubcommands([releasePack, releaseVerify, releasePublish, releaseRestore])
)
