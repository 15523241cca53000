import * as Command from "@effect/cli/Command"
import { changes } from "./commands/Changes.js"
import { count } from "./commands/Count.js"
import { history } from "./commands/History.js"
import { migrate } from "./commands/Migrate.js"
import { quality } from "./commands/Quality.js"
import { remap } from "./commands/Remap.js"
import { revisions } from "./commands/Revisions.js"
import { runs } from "./commands/Runs.js"
import { search } from "./commands/Search.js"
import { show } from "./commands/Show.js"
import { sync } from "./commands/Sync.js"
import { verify } from "./commands/Verify.js"
import { watch } from "./commands/Watch.js"
import { help } from "./Help.js"

export const trials = Command.make("trials").pipe(
  Command.withDescription(
    help(
      "Collects registries of clinical trials, proves that each run saw all of a registry, and keeps every change.",
      [
        ["trials sync --registry kdca", "collect"],
        ["trials search 치매", "find"],
        ["trials changes", "what changed this week"],
        ["trials sync --help", "--help explains any command; --version; --completions bash|zsh|fish"]
      ]
    )
  ),
  Command.withSubcommands([
    count,
    sync,
    revisions,
    runs,
    show,
    history,
    changes,
    search,
    quality,
    remap,
    verify,
    watch,
    migrate
  ])
)
