import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { parse } from "yaml"
import { here } from "./Within.js"

const workflowFile = ".github/workflows/trials.yml"
const scriptFile = ".github/trials/publish.mjs"

test(
  "init ci writes the workflow and its script, and overwrites nothing that differs",
  here(async ({ folder, run }) => {
    const files = [workflowFile, scriptFile].map((name) => join(folder, name))
    const written = await run(["init", "ci", "--dir", folder, "--json"])
    expect(JSON.parse(written.stdout)).toEqual({ files })
    expect((await run(["init", "ci", "--dir", folder, "--registry", "kdca"])).stdout).toContain(
      "ODCLOUD_SERVICE_KEY"
    )
    writeFileSync(join(folder, workflowFile), "mine")
    const refused = await run(["init", "ci", "--dir", folder])
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("--force")])
    expect(readFileSync(join(folder, workflowFile), "utf8")).toBe("mine")
    expect((await run(["init", "ci", "--dir", folder, "--force", "--cron", "7 3 * * 1-5"])).code).toBe(0)
    expect(readFileSync(join(folder, workflowFile), "utf8")).toContain('cron: "7 3 * * 1-5"')
  })
)

test(
  "init ci of a registry without a key names no secret, and gives it the hours that reading all of it takes",
  here(async ({ folder, run }) => {
    const job = async (...more: ReadonlyArray<string>) => {
      const { code, stdout } = await run(["init", "ci", "--dir", folder, "--force", ...more])
      const text = readFileSync(join(folder, workflowFile), "utf8")
      const { collect } = parse(text).jobs
      const { env, run: script } = collect.steps.find(({ id }: { id?: string }) => id === "sync")
      return { code, stdout, minutes: collect["timeout-minutes"], env: Object.keys(env), script }
    }
    const ctgov = await job("--registry", "ctgov")
    expect(ctgov).toMatchObject({ code: 0, minutes: "${{ inputs.first && 350 || 350 }}", env: ["INIT"] })
    expect(ctgov.script).toContain("for registry in ctgov; do")
    expect(ctgov.stdout).not.toContain("secret")
    const both = await job("--registry", "kdca,ctgov")
    expect(both).toMatchObject({ code: 0, env: ["INIT", "ODCLOUD_SERVICE_KEY"] })
    expect([both.minutes, both.script]).toEqual([ctgov.minutes, expect.stringContaining("in kdca ctgov;")])
    expect((await job()).minutes).toBe("${{ inputs.first && 350 || 45 }}")
  })
)

test(
  "init ci refuses a registry that nobody knows, and a time that is none",
  here(async ({ folder, run }) => {
    for (const wrong of [
      ["--registry", "nowhere"],
      ["--registry", "kdca,nowhere"],
      ["--cron", 'x"\non: push']
    ]) {
      const { code, stderr } = await run(["init", "ci", "--dir", folder, ...wrong])
      expect(code, stderr).toBe(2)
    }
  })
)

test(
  "only the step that collects has the key, only the second job may write, only the driver runs a script on installing, and no value is pasted into a script",
  here(async ({ folder, run }) => {
    await run(["init", "ci", "--dir", folder])
    const text = readFileSync(join(folder, workflowFile), "utf8")
    const { jobs, permissions } = parse(text)
    expect(text.match(/secrets\./g)).toHaveLength(1)
    const keyed = jobs.collect.steps.filter(({ env }: { env?: object }) =>
      JSON.stringify(env)?.includes("secrets.")
    )
    expect(keyed.map(({ id }: { id: string }) => id)).toEqual(["sync"])
    expect([permissions, jobs.collect.permissions]).toEqual([{}, { contents: "read" }])
    expect(jobs.publish.permissions).toEqual({ actions: "write", contents: "write", issues: "write" })
    const steps: ReadonlyArray<{ run?: string; uses?: string }> = [
      ...jobs.collect.steps,
      ...jobs.publish.steps
    ]
    expect(steps.filter(({ run }) => run?.includes("${{"))).toEqual([])
    for (const { uses = "@" + "0".repeat(40) } of steps) expect(uses).toMatch(/@[0-9a-f]{40}$/)
    expect(JSON.stringify(jobs.publish)).not.toMatch(/npm|npx|trials release/)
    const script = steps.map(({ run = "" }) => run).join("\n")
    expect(script.match(/^npm \S+.*$/gm)).toEqual([
      expect.stringMatching(/^npm install --ignore-scripts .*trials-batch@\d+\.\d+\.\d+$/),
      "npm rebuild better-sqlite3 --ignore-scripts=false"
    ])
  })
)
