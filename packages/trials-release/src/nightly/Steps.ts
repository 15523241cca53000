import { appendFile } from "node:fs/promises"
import { GitHubApi } from "../github/GitHubApi.js"
import { GitHubError } from "../github/GitHubError.js"
import { GitHubReleases } from "../github/GitHubReleases.js"
import { publish as publishFolder } from "../github/Publication.js"
import { sweep as sweepReleases } from "../github/Retention.js"
import { quoted, readRuns, summaryOf } from "./Nights.js"
import { tell } from "./Ticket.js"

/** The environment of a step, as GitHub Actions sets it. */
type StepEnvironment = Readonly<Record<string, string | undefined>>

/** A step of the nightly workflow: what it does, and the line that it logs. */
export type Step = (environment: StepEnvironment, argument: string | undefined) => Promise<string>

const needed = (environment: StepEnvironment, name: string): string => {
  const value = environment[name] ?? ""
  if (value === "") throw new GitHubError("refused", `${name} is not set; a step on GitHub Actions has it.`)
  return value
}

const given = (argument: string | undefined, what: string): string => {
  if (argument === undefined) throw new GitHubError("refused", `Name ${what}.`)
  return argument
}

const settingsOf = (environment: StepEnvironment) => ({
  api: environment["GITHUB_API_URL"],
  token: needed(environment, "GITHUB_TOKEN")
})

const releasesOf = (environment: StepEnvironment) =>
  new GitHubReleases(needed(environment, "GITHUB_REPOSITORY"), settingsOf(environment))

/** Refuses a public repository, unless its owner has said that it may be one. */
export const check: Step = async (environment) => {
  const repository = needed(environment, "GITHUB_REPOSITORY")
  const about = await new GitHubApi(settingsOf(environment)).json(`/repos/${repository}`)
  const isPrivate =
    typeof about === "object" && about !== null && "private" in about && about.private === true
  if (isPrivate) return `${repository} is private.`
  if (environment["TRIALS_PUBLIC"] === "yes") return `${repository} is public, as TRIALS_PUBLIC says.`
  throw new GitHubError(
    "refused",
    `${repository} is public: everybody could read what is collected, and every release notifies those who watch the ` +
      "repository. Whether that may be depends on the terms of each registry; nobody has confirmed a licence of kdca's data. " +
      "Make the repository private; or, if you may publish the data, set its variable TRIALS_PUBLIC to yes."
  )
}

/** Publishes a packed folder. */
export const publish: Step = async (environment, folder) => {
  await check(environment, undefined)
  const commit = environment["GITHUB_SHA"] === "" ? undefined : environment["GITHUB_SHA"]
  const { bytes, files, page, tag } = await publishFolder(
    releasesOf(environment),
    given(folder, "the packed folder"),
    { commit }
  )
  return `Published ${tag}: ${files} files, ${bytes} bytes. ${page}`
}

/** Writes the night's runs into the summary of the job. */
export const summary: Step = async (environment, path) => {
  const runs = await readRuns(given(path, "the file of reports"))
  await appendFile(needed(environment, "GITHUB_STEP_SUMMARY"), summaryOf(runs))
  return `${runs.length} ${runs.length === 1 ? "run" : "runs"} in the summary.`
}

const troublesOf = async (environment: StepEnvironment, path: string): Promise<ReadonlyArray<string>> => {
  const collected = needed(environment, "COLLECTED")
  if (collected !== "success") {
    return [
      `The job *collect* ended with ${collected}. Nothing was published, and the next night starts where this one did.`
    ]
  }
  const runs = await readRuns(path)
  const published = needed(environment, "PUBLISHED")
  return [
    ...(published === "success"
      ? []
      : [`Publishing ended with ${published}. The next night collects again.`]),
    ...runs.flatMap(({ reason, registry, runId, verdict }) =>
      verdict === "quarantined" || verdict === "failed"
        ? [
            `${registry} was ${verdict}: ${quoted(reason?.message ?? "")} The data are as they were (run ${runId}).`
          ]
        : []
    )
  ]
}

/** Opens, goes on with, or closes the schedule's one issue. */
export const issue: Step = async (environment, path) => {
  const repository = needed(environment, "GITHUB_REPOSITORY")
  const server = environment["GITHUB_SERVER_URL"] ?? "https://github.com"
  const run = `${server}/${repository}/actions/runs/${needed(environment, "GITHUB_RUN_ID")}`
  const troubles = await troublesOf(environment, given(path, "the file of reports"))
  return `Issue: ${await tell(new GitHubApi(settingsOf(environment)), repository, { troubles, run })}.`
}

/** Enables the workflow anew: GitHub disables the schedules of a repository in which nothing happens for 60 days. */
export const enable: Step = async (environment) => {
  const repository = needed(environment, "GITHUB_REPOSITORY")
  const [, file] = /\/([^/@]+)@/.exec(needed(environment, "GITHUB_WORKFLOW_REF")) ?? []
  const path = `/repos/${repository}/actions/workflows/${encodeURIComponent(file ?? "")}/enable`
  await new GitHubApi(settingsOf(environment)).json(path, { method: "PUT" })
  return `Enabled ${file ?? ""}.`
}

/** Deletes what need not be kept. */
export const sweep: Step = async (environment) => {
  const gone = await sweepReleases(releasesOf(environment))
  return gone.length === 0 ? "Nothing to delete." : `Deleted ${gone.join(", ")}.`
}
