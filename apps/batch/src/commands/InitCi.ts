import * as Command from "@effect/cli/Command"
import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import { Effect } from "effect"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import type { RegistrySource } from "trials-domain/RegistrySource"
import { help } from "../cli/Help.js"
import { everywhere } from "../cli/Options.js"
import { Misuse } from "../Failure.js"
import { Output } from "../output/Output.js"
import * as Source from "../Source.js"
import { version } from "../Version.js"

const workflowFile = ".github/workflows/trials.yml"

// A registry that is asked for each whole record takes about an hour to read all of it, whenever that is due.
const minutesFor = (sources: ReadonlyArray<RegistrySource>, most: number): number =>
  sources.some(({ registry }) => registry.listed.length > 0) ? most : 45

const library = Effect.promise(() => import("trials-release/nightly"))

/**
 * Brings the command onto PATH, outside the checkout. This job later has the key, so no package runs a script on installing
 * but SQLite's driver: by two commands for the npm 10 of Node 22, which knows no allowScripts, and by allowScripts for npm 12.
 */
const packages = [
  `mkdir "$RUNNER_TEMP/trials" && cd "$RUNNER_TEMP/trials"`,
  `echo '{"private": true, "allowScripts": {"better-sqlite3": true}}' > package.json`,
  `npm install --ignore-scripts --no-audit --no-fund --save-exact trials-batch@${version}`,
  "npm rebuild better-sqlite3 --ignore-scripts=false",
  `echo "$RUNNER_TEMP/trials/node_modules/.bin" >> "$GITHUB_PATH"`
]

const registries = Options.text("registry").pipe(
  Options.withDescription("The registries to collect, with commas between them; kdca unless given."),
  Options.withDefault("kdca"),
  Options.map((given) => [...new Set(given.split(",").map((name) => name.trim()))])
)

const cron = Options.text("cron").pipe(
  Options.withDescription("When, in UTC: 47 18 * * * unless given, which is 03:47 in Seoul."),
  Options.withDefault("47 18 * * *"),
  Options.mapEffect((text) =>
    /^[\dA-Za-z*,/-]+( [\dA-Za-z*,/-]+){4}$/.test(text)
      ? Effect.succeed(text)
      : Effect.fail(
          ValidationError.invalidValue(
            HelpDoc.p("Expected five fields, as in '47 18 * * *', for option '--cron'")
          )
        )
  )
)

const present = (path: string) => Effect.promise(() => readFile(path, "utf8").catch(() => null))

const write = (path: string, text: string) =>
  Effect.tryPromise({
    try: async () => {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(path, text)
    },
    catch: () => new Misuse({ message: `${path} cannot be written. Name a folder that can, with --dir.` })
  })

const next = (needed: ReadonlyArray<string>): ReadonlyArray<string> => [
  "Commit these files to a repository of their own: its releases will be the data, and whoever watches it is told of each.",
  "Let it be private. In a public one the workflow refuses to run, unless the variable TRIALS_PUBLIC is yes.",
  ...needed.map((name) => `Set the secret ${name} (Settings, Secrets and variables, Actions).`),
  'Start the first night by hand: Actions, "Trials, nightly", Run workflow, with "first" ticked. All others start themselves.',
  "Watch it from outside GitHub: `trials release restore` into a mirror, then `trials watch --max-age 36h`."
]

export const initCi = Command.make(
  "ci",
  {
    dir: Options.text("dir").pipe(
      Options.withPseudoName("folder"),
      Options.withDescription("The repository's folder; this one unless given."),
      Options.withDefault(".")
    ),
    registries,
    cron,
    force: Options.boolean("force").pipe(Options.withDescription("Overwrite files that differ.")),
    ...everywhere
  },
  ({ cron, dir, force, registries }) =>
    Effect.gen(function* () {
      const { answer, json, quiet } = yield* Output
      const sources = yield* Effect.forEach(registries, Source.named)
      const { mostMinutes, scriptFile, workflow } = yield* library
      const needed = [...new Set(sources.flatMap(({ secrets = [] }) => secrets))]
      const script = join(
        createRequire(import.meta.url).resolve("trials-release/nightly"),
        "../../nightly.mjs"
      )
      const files: Readonly<Record<string, string>> = {
        [workflowFile]: workflow({
          registries,
          secrets: needed,
          cron,
          minutes: minutesFor(sources, mostMinutes),
          packages,
          origin: `Written by \`trials init ci\` of trials-batch ${version}, which also brings it up to date.`
        }),
        [scriptFile]: yield* Effect.promise(() => readFile(script, "utf8"))
      }
      const names = Object.keys(files)
      for (const [name, text] of Object.entries(files)) {
        const old = yield* present(join(dir, name))
        if (old !== null && old !== text && !force) {
          return yield* new Misuse({
            message: `${join(dir, name)} is there and differs. Nothing was written; --force overwrites it.`
          })
        }
      }
      for (const [name, text] of Object.entries(files)) yield* write(join(dir, name), text)
      if (!json && quiet) return
      yield* answer({ files: names.map((name) => join(dir, name)) }, () =>
        [
          ...names.map((name) => `Wrote ${join(dir, name)}`),
          "",
          ...next(needed).map((line, n) => `${n + 1}. ${line}`)
        ].join("\n")
      )
    })
).pipe(
  Command.withDescription(
    help(
      "Write a nightly workflow for GitHub Actions into a repository, with the script that publishes: every night it brings " +
        "back the state from the newest release, collects, and publishes the next. It installs this version from npm.",
      [
        ["trials init ci", "into the folder of a new, private repository"],
        ["trials init ci --registry kdca,ctgov", "of both registries"],
        [
          'trials init ci --registry ctgov --cron "47 18 * * 1-5"',
          "on the days on which ClinicalTrials.gov publishes"
        ],
        ["trials init ci --force", "again, after an upgrade"]
      ]
    )
  )
)
