import { type ChildProcess, spawn } from "node:child_process"
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { parse } from "yaml"

interface StepText {
  readonly name?: string
  readonly id?: string
  readonly if?: string
  readonly run?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, unknown>>
}

interface JobText {
  readonly if?: string
  readonly needs?: string
  readonly env?: Readonly<Record<string, unknown>>
  readonly outputs?: Readonly<Record<string, unknown>>
  readonly steps: ReadonlyArray<StepText>
}

/** A workflow as its file has it, with the parts that the runner reads. */
export interface WorkflowText {
  readonly jobs: Readonly<Record<string, JobText>>
}

type Outcome = "success" | "failure" | "skipped"

/** What became of a step. */
interface StepEnd {
  readonly name: string
  readonly outcome: Outcome
  readonly code: number | null
  readonly said: string
}

/** What became of a job. */
export interface JobEnd {
  readonly result: Outcome
  readonly steps: ReadonlyArray<StepEnd>
  /** What its steps wrote into the summary. */
  readonly summary: string
  readonly outputs: Readonly<Record<string, string>>
}

/** What surrounds a run of a workflow. */
export interface Surroundings {
  /** Folder whose files a checkout gives. */
  readonly repository: string
  readonly github: Readonly<Record<string, string>>
  readonly vars?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  readonly inputs?: Readonly<Record<string, string | boolean>>
  /** The environment of every step. */
  readonly environment: Readonly<Record<string, string>>
  /** Scripts that run instead of those of named steps. */
  readonly instead?: Readonly<Record<string, string>>
  /** Happens before a step. */
  readonly before?: (step: string) => Promise<void>
  /** Sees the process of each step. */
  readonly started?: (step: string, child: ChildProcess) => void
}

type Contexts = Readonly<Record<string, unknown>>

const format = (text: string, ...values: ReadonlyArray<unknown>): string =>
  text.replace(/\{(\d+)\}/g, (_, n) => String(values[Number(n)] ?? ""))

/** The value of an expression. What workflows here use of the language is also JavaScript, with the same meaning. */
const valueOf = (expression: string, contexts: Contexts): unknown => {
  const names = ["github", "inputs", "vars", "secrets", "needs", "steps", "runner", "always", "format"]
  const known: Contexts = { ...contexts, always: () => true, format }
  // oxlint-disable-next-line no-implied-eval
  return new Function(...names, `return (${expression})`)(...names.map((name) => known[name] ?? {}))
}

const filled = (text: unknown, contexts: Contexts): string =>
  String(text ?? "").replace(/\$\{\{(.*?)\}\}/g, (_, expression: string) =>
    String(valueOf(expression, contexts) ?? "")
  )

const filledAll = (all: Readonly<Record<string, unknown>> | undefined, contexts: Contexts) =>
  Object.fromEntries(Object.entries(all ?? {}).map(([name, value]) => [name, filled(value, contexts)]))

/** Whether a step or job runs: without a function that says otherwise, only after success. */
const runs = (condition: string | undefined, contexts: Contexts, failed: boolean): boolean => {
  if (condition === undefined) return !failed
  const [, expression = condition] = /^\$\{\{(.*)\}\}$/.exec(condition.trim()) ?? []
  return (expression.includes("always()") || !failed) && Boolean(valueOf(expression, contexts))
}

const linesOf = (file: string): ReadonlyArray<string> =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : []

/** The values in a file of `name=value` lines. */
const valuesIn = (file: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    linesOf(file).map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)])
  )

const shell = (
  script: string,
  options: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
  started: (child: ChildProcess) => void
): Promise<{ readonly code: number | null; readonly said: string }> =>
  new Promise((resolve) => {
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", script], {
      ...options,
      // A group of its own, so that a test kills all of a step.
      detached: true,
      stdio: ["ignore", "pipe", "pipe"]
    })
    started(child)
    let said = ""
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => (said += text))
    }
    child.on("close", (code) => resolve({ code, said }))
  })

/**
 * Runs a workflow as GitHub's runner does, as far as ours needs it: each job in fresh folders, its `run:` steps by bash,
 * the few actions that it uses played by copying folders. Throws for anything that it does not know.
 */
export const run = async (
  workflow: WorkflowText,
  surroundings: Surroundings
): Promise<Readonly<Record<string, JobEnd>>> => {
  const home = mkdtempSync(join(tmpdir(), "trials-nightly-"))
  try {
    const ends: Record<string, JobEnd> = {}
    for (const [name, job] of Object.entries(workflow.jobs)) {
      ends[name] = await runJob(name, job, surroundings, home, ends)
    }
    return ends
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

const runJob = async (
  name: string,
  job: JobText,
  surroundings: Surroundings,
  home: string,
  ends: Readonly<Record<string, JobEnd>>
): Promise<JobEnd> => {
  const workspace = join(home, name, "work")
  const temp = join(home, name, "temp")
  const files = join(home, name, "files")
  for (const folder of [workspace, temp, files]) mkdirSync(folder, { recursive: true })
  const file = (what: string) => join(files, what)
  const steps: Record<string, { outcome: Outcome; outputs: Readonly<Record<string, string>> }> = {}
  const { github, inputs, secrets, vars } = surroundings
  const contexts: Contexts = { github, inputs, secrets, vars, needs: ends, steps, runner: { temp } }
  const needed = job.needs === undefined ? "success" : ends[job.needs]?.result
  if (!runs(job.if, contexts, needed !== "success")) {
    return { result: "skipped", steps: [], summary: "", outputs: {} }
  }

  const action = (uses: string, given: Readonly<Record<string, string>>): void => {
    const [what] = uses.split("@")
    const artifact = join(home, "artifacts", given["name"] ?? "")
    const path = given["path"] ?? ""
    if (!/@[0-9a-f]{40}$/.test(uses)) throw new Error(`${uses} is not pinned`)
    if (what === "actions/checkout") return cpSync(surroundings.repository, workspace, { recursive: true })
    if (what === "actions/setup-node") return
    if (what === "actions/upload-artifact") return cpSync(path, artifact, { recursive: true })
    if (what === "actions/download-artifact") return cpSync(artifact, path, { recursive: true })
    throw new Error(`the runner does not know ${uses}`)
  }

  const runStep = async (step: StepText, label: string) => {
    if (step.uses !== undefined) {
      action(step.uses, filledAll(step.with, contexts))
      return { code: 0, said: "" }
    }
    const script = file("script")
    writeFileSync(script, surroundings.instead?.[label] ?? filled(step.run, contexts))
    const path = [...linesOf(file("path")).toReversed(), process.env["PATH"] ?? ""].join(":")
    const env = {
      ...surroundings.environment,
      PATH: path,
      HOME: temp,
      RUNNER_TEMP: temp,
      GITHUB_ACTIONS: "true",
      GITHUB_OUTPUT: file("output"),
      GITHUB_ENV: file("env"),
      GITHUB_PATH: file("path"),
      GITHUB_STEP_SUMMARY: file("summary"),
      ...valuesIn(file("env")),
      ...filledAll(job.env, contexts),
      ...filledAll(step.env, contexts)
    }
    return shell(script, { cwd: workspace, env }, (child) => surroundings.started?.(label, child))
  }

  const all: Array<StepEnd> = []
  let failed = false
  for (const step of job.steps) {
    const label = step.name ?? step.uses ?? ""
    rmSync(file("output"), { force: true })
    const wanted = runs(step.if, contexts, failed)
    if (wanted) await surroundings.before?.(label)
    const { code, said } = wanted ? await runStep(step, label) : { code: null, said: "" }
    const outcome = !wanted ? "skipped" : code === 0 ? "success" : "failure"
    failed ||= outcome === "failure"
    if (step.id !== undefined) steps[step.id] = { outcome, outputs: valuesIn(file("output")) }
    all.push({ name: label, outcome, code, said })
  }
  return {
    result: failed ? "failure" : "success",
    steps: all,
    summary: linesOf(file("summary")).join("\n"),
    outputs: filledAll(job.outputs, contexts)
  }
}

/** Reads a workflow. */
export const read = (text: string): WorkflowText => parse(text)

/** Puts a program of one line into a folder of programs. */
export const program = (path: string, line: string): void => {
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, `#!/bin/sh\nexec ${line} "$@"\n`, { mode: 0o755 })
}
