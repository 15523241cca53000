import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { check, enable, issue, publish, summary } from "../../src/nightly/Steps.js"
import { packed, there, type There } from "../github/Server.js"

const report = (verdict: string, reason: string | null = null) => ({
  runId: "run-1",
  registry: "kdca",
  verdict,
  revision: { id: "uddi:1", date: "2025-01-01" },
  counts: { expected: 145, extracted: 145, created: 1, edited: 2 },
  reason: reason === null ? null : { message: reason }
})

/** The environment of a step, and a file with the reports of its night. */
const night = ({ folder, server }: There, ...reports: ReadonlyArray<unknown>) => {
  const file = join(folder, "runs.ndjson")
  writeFileSync(file, reports.map((each) => `${JSON.stringify(each)}\n`).join(""))
  const environment = {
    ...server.environment,
    GITHUB_SERVER_URL: "https://github.com",
    GITHUB_RUN_ID: "42",
    GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
    GITHUB_WORKFLOW_REF: "acme/trials-data/.github/workflows/trials.yml@refs/heads/main",
    COLLECTED: "success",
    PUBLISHED: "success"
  }
  return { environment, file }
}

test(
  "a public repository is refused, unless its owner has said that it may be one",
  there(async (it) => {
    const { environment } = night(it)
    expect(await check(environment, undefined)).toContain("is private")
    it.server.isPrivate = false
    const folder = packed(it.folder, 1)
    for (const TRIALS_PUBLIC of [undefined, "", "no"]) {
      const step = publish({ ...environment, TRIALS_PUBLIC }, folder)
      await expect(step, TRIALS_PUBLIC).rejects.toMatchObject({ reason: "refused" })
    }
    expect(it.server.releases).toEqual([])
    expect(await publish({ ...environment, TRIALS_PUBLIC: "yes" }, folder)).toContain("Published data-000001")
  })
)

test(
  "the summary is a table in which a registry's text is only text",
  there(async (it) => {
    const reason = "a `cell` | of\n@everybody <img>"
    const { environment, file } = night(it, report("quarantined", reason), { error: { code: "key" } })
    expect(await summary(environment, file)).toBe("1 run in the summary.")
    const text = readFileSync(join(it.folder, "summary.md"), "utf8")
    expect(text).toContain("| kdca | quarantined | 145 | 145 |  | 1 | 2 |  |")
    expect(text).toContain("kdca: `a 'cell' ' of @everybody <img>`")
  })
)

test(
  "one issue is opened, gone on with, and closed",
  there(async (it) => {
    const { environment, file } = night(it, report("quarantined", "too few"))
    expect(await issue(environment, file)).toBe("Issue: opened.")
    expect(await issue({ ...environment, PUBLISHED: "failure" }, file)).toBe("Issue: commented.")
    expect(await issue({ ...environment, COLLECTED: "failure" }, join(it.folder, "none"))).toBe(
      "Issue: commented."
    )
    const [opened] = it.server.issues
    expect(opened).toMatchObject({ labels: ["trials-nightly"], state: "open" })
    expect(opened?.body).toContain("kdca was quarantined: `too few`")
    expect(opened?.body).toContain("https://github.com/acme/trials-data/actions/runs/42")
    expect(opened?.comments[0]).toContain("Publishing ended with failure")
    expect(opened?.comments[1]).toContain("*collect* ended with failure")
    const good = night(it, report("unchanged"))
    expect(await issue(good.environment, good.file)).toBe("Issue: closed.")
    expect(await issue(good.environment, good.file)).toBe("Issue: none.")
    expect(it.server.issues).toMatchObject([{ state: "closed" }])
    const failed = night(it, report("failed", "no answer"))
    expect(await issue(failed.environment, failed.file)).toBe("Issue: opened.")
    expect(it.server.issues.map(({ state }) => state)).toEqual(["closed", "open"])
  })
)

test(
  "the workflow enables itself; a setting that is missing is named",
  there(async (it) => {
    const { environment } = night(it)
    await enable(environment, undefined)
    expect(it.server.enabled).toEqual(["trials.yml"])
    await expect(enable({ ...environment, GITHUB_TOKEN: "" }, undefined)).rejects.toThrow("GITHUB_TOKEN")
  })
)
