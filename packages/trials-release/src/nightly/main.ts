import { GitHubError } from "../github/GitHubError.js"
import { check, enable, issue, publish, type Step, summary, sweep } from "./Steps.js"

const steps: Readonly<Record<string, Step>> = { check, enable, issue, publish, summary, sweep }

/** The exit codes of the `trials` command, for these reasons. */
const exits = { none: 7, damaged: 7, forked: 7, taken: 7, unreachable: 4, refused: 2 } as const

/** A line that GitHub Actions shows beside the step. */
const annotated = (text: string): string =>
  `::error::${text.replace(/%/g, "%25").replace(/\r/g, "%0D").replace(/\n/g, "%0A")}`

const [, , name = "", argument] = process.argv

try {
  const step = Object.hasOwn(steps, name) ? steps[name] : undefined
  if (step === undefined) {
    throw new GitHubError("refused", `Name a step: ${Object.keys(steps).join(", ")}.`)
  }
  console.log(await step(process.env, argument))
} catch (error) {
  const known = error instanceof GitHubError
  console.error(known ? error.message : error)
  if (known && process.env["GITHUB_ACTIONS"] === "true") console.log(annotated(error.message))
  process.exitCode = known ? exits[error.reason] : 1
}
