// The suites that have a long form, by the command that runs it: `npm run test:faults` and `npm run test:shipped`.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "./prepare.mjs"
import { vitest } from "./vitest.mjs"

const tests = (folder, names) => names.map((name) => `${folder}/test/${name}.test.ts`)

// `named` is how a test asks whether it is to be long, by itself or through what it shares with others.
export const faults = {
  setting: "TRIALS_FAULTS",
  named: /\bTRIALS_FAULTS\b|\bScenario\.long\b/,
  files: [
    ...tests("apps/batch", ["Crash", "Disk", "Lease", "LostServer", "Stopped"]),
    ...tests("apps/api", [
      "Consumer",
      "Exports",
      "ExportSize",
      "Fuzz",
      "KeptAnswers",
      "OwnRegistry",
      "Pooler",
      "Siege",
      "Snapshot"
    ]),
    ...tests("packages/trials-database", [
      "Migration",
      "PgBouncer",
      "PostgresBehaviour",
      "PostgresCtgov",
      "PostgresHome",
      "PostgresStaging",
      "PostgresStandby",
      "SqliteBehaviour",
      "SqliteCtgov"
    ])
  ]
}

export const shipped = {
  setting: "TRIALS_SHIPPED",
  named: /\bTRIALS_SHIPPED\b|\bImageBuilt\b/,
  files: [
    ...tests("apps/api", ["DocsPage", "Image", "Journeys", "Shipped"]),
    ...tests("apps/batch", ["Release", "ReleaseSize", "nightly/NightlyLong"]),
    ...tests("packages/trials-release", ["Damage"])
  ]
}

/** Runs suites in their long form; the exit code. Arguments of the command go to vitest. */
export const runLong = ({ files, setting }) => {
  const { failed, passed } = vitest([...files, ...process.argv.slice(2)], {
    ...process.env,
    [setting]: "long"
  })
  console.log(`${passed} passed, ${failed} failed`)
  return failed === 0 ? 0 : 1
}

/** The test files of a workspace. */
const testsOf = (folder) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(root.length + 1))
    .map((file) => file.replaceAll("\\", "/"))

/** Test files that have a long form which no command runs, and listed ones that have none; null where there are none. */
export const unlisted = (workspaces) => {
  const all = workspaces
    .filter((folder) => readdirSync(join(root, folder)).includes("test"))
    .flatMap((folder) => testsOf(`${folder}/test`))
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))
  const flaws = [faults, shipped].flatMap(({ files, named, setting }) => {
    const long = all.filter(({ text }) => named.test(text)).map(({ file }) => file)
    return [
      ...long
        .filter((file) => !files.includes(file))
        .map((file) => `${file} has a long form (${setting}), and is not in the list of scripts/suites.mjs`),
      ...files
        .filter((file) => !long.includes(file))
        .map((file) => `${file} has no long form (${setting}), and is in the list of scripts/suites.mjs`)
    ]
  })
  return flaws.length === 0 ? null : flaws.join("\n")
}
