import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import { help, index } from "./cli/Help.js"
import { changes } from "./commands/Changes.js"
import { count } from "./commands/Count.js"
import { exportTrials } from "./commands/Export.js"
import { find } from "./commands/Find.js"
import { history } from "./commands/History.js"
import { init } from "./commands/Init.js"
import { mcp } from "./commands/Mcp.js"
import { migrate } from "./commands/Migrate.js"
import { quality } from "./commands/Quality.js"
import { release } from "./commands/Release.js"
import { remap } from "./commands/Remap.js"
import { revisions } from "./commands/Revisions.js"
import { runs } from "./commands/Runs.js"
import { search } from "./commands/Search.js"
import { show } from "./commands/Show.js"
import { sync } from "./commands/Sync.js"
import { verify } from "./commands/Verify.js"
import { watch } from "./commands/Watch.js"

const description = HelpDoc.blocks([
  help(
    "Collects registries of clinical trials, proves that each run saw all of a registry, and keeps every change.",
    [
      ["trials sync --registry kdca", "collect"],
      ["trials search 치매", "find"],
      ["trials changes", "what changed this week"],
      ["trials sync --help", "--help explains any command; --version; --completions bash|zsh|fish"]
    ]
  ),
  index({
    Collect: [
      ["sync", "one run: read all of a registry, prove it, load what changed, report"],
      ["count", "what the registry says it holds"],
      ["revisions", "the editions that the registry has published"]
    ],
    Read: [
      ["search", "find trials by text and filters"],
      ["find", "trials by any identifier, in any spelling"],
      ["show", "one trial, now or as it was at an instant"],
      ["history", "the versions of one trial, each with its cause"],
      ["export", "all trials of a filter as a file: CSV, NDJSON or Parquet"],
      ["changes", "what changed this week, or since any place in the feed"],
      ["mcp", "the tools for agents (Model Context Protocol) on stdin and stdout"]
    ],
    Check: [
      ["runs", "the ledger: every run, and how it was proven whole"],
      ["quality", "what is wrong with the data themselves"],
      ["verify", "rebuild every trial from its stored record and compare"],
      ["watch", "whether the last proven run is too old"]
    ],
    Keep: [
      ["release", "pack the whole state, verify it, publish it, bring it back"],
      ["init", "write the nightly workflow into a repository"],
      ["migrate", "bring the database to this version's schema"],
      ["remap", "apply the present mapping to the stored records"]
    ]
  })
])

export const trials = Command.make("trials").pipe(
  Command.withDescription(description),
  Command.withSubcommands([
    count,
    sync,
    revisions,
    runs,
    show,
    history,
    changes,
    search,
    find,
    exportTrials,
    quality,
    remap,
    verify,
    watch,
    release,
    init,
    migrate,
    mcp
  ])
)
