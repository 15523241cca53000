import { Effect, type Scope } from "effect"
import type { ChildProcess } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { make as makeUpstream, type OdcloudUpstream } from "trials-domain/testing/OdcloudUpstream"
import { GitHubServer } from "trials-testkit/GitHubServer"
import { expect } from "vitest"
import type { Row } from "../Rows.js"
import { within } from "../Within.js"
import { type JobEnd, program, read, run, type Surroundings, type WorkflowText } from "./Runner.js"

const binary = fileURLToPath(new URL("../../bin/trials.js", import.meta.url))

const key = "a-key"

/** What became of a night: the exit code of each step that ran and failed, and its jobs. */
export interface NightEnd {
  readonly collect: JobEnd
  readonly publish: JobEnd
  /** The step that failed first, and its exit code; null if none did. */
  readonly failure: readonly [step: string, code: number | null] | null
}

/** What is special about a night. */
export interface NightOptions {
  readonly inputs?: Surroundings["inputs"]
  readonly vars?: Surroundings["vars"]
  readonly before?: (step: string) => Promise<void>
  readonly started?: (step: string, child: ChildProcess) => void
  readonly environment?: Readonly<Record<string, string>>
  /** Days by which its clock is ahead. */
  readonly days?: number
}

/** A schedule that `trials init ci` has set up, over a registry and a repository on a fake GitHub. */
export interface Schedule {
  readonly server: GitHubServer
  readonly upstream: OdcloudUpstream
  readonly workflow: WorkflowText
  /** The rows that the registry has from now on. */
  readonly has: (rows: ReadonlyArray<Row>) => void
  readonly night: (options?: NightOptions) => Promise<NightEnd>
  /** The manifest of a published release. */
  readonly manifest: (tag: string) => Manifest
  /** The rows of a part of a published release. */
  readonly part: (tag: string, name: string) => ReadonlyArray<Readonly<Record<string, unknown>>>
}

interface Manifest {
  readonly number: number
  readonly base: number
  readonly month: string
  readonly parent: { readonly number: number } | null
  readonly counts: Readonly<Record<string, number>>
  readonly parts: ReadonlyArray<{ readonly name: string; readonly release: number }>
}

const failureOf = (jobs: ReadonlyArray<JobEnd>): NightEnd["failure"] => {
  const failed = jobs.flatMap(({ steps }) => steps).find(({ outcome }) => outcome === "failure")
  return failed === undefined ? null : [failed.name, failed.code]
}

/** A clock that is ahead, for Node alone. */
const ahead = (days: number): Readonly<Record<string, string>> => {
  const script = `const D = Date, ahead = ${days * 86_400_000}
globalThis.Date = class extends D {
  constructor(...given) { given.length === 0 ? super(D.now() + ahead) : super(...given) }
  static now() { return D.now() + ahead }
}`
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(script)}` }
}

const edition = (rows: ReadonlyArray<Row>) => ({
  uddi: "uddi:11111111-1111-1111-1111-111111111111",
  date: "20250101",
  rows
})

/** Makes a schedule of the registries that `trials init ci` is told, of kdca unless it is. It goes with the scope. */
export const scheduleOf = Effect.fn("scheduleOf")(function* (
  ...registries: ReadonlyArray<string>
): Effect.fn.Return<Schedule, never, Scope.Scope> {
  const folder = yield* Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "trials-schedule-"))),
    (made) => Effect.sync(() => rmSync(made, { recursive: true, force: true }))
  )
  const server = yield* Effect.acquireRelease(
    Effect.promise(() => GitHubServer.start()),
    (made) => Effect.sync(() => made.stop())
  )
  const upstream = yield* makeUpstream({ key, editions: [edition([])] })
  const repository = join(folder, "repository")
  const written = yield* Effect.promise(() => within(["init", "ci", "--dir", repository, ...registries], {}))
  expect(written.exit, written.stderr).toBe(0)
  const workflow = read(readFileSync(join(repository, ".github/workflows/trials.yml"), "utf8"))
  program(join(folder, "bin", "trials"), `${process.execPath} ${binary}`)
  const github = {
    server_url: "https://github.com",
    repository: server.repository,
    token: server.token
  }
  const part: Schedule["part"] = (tag, name) => {
    const { parts } = manifest(tag)
    const { release = 0 } = parts.find((each) => each.name === name) ?? {}
    const file = server.files(`data-${String(release).padStart(6, "0")}`).get(`${name}.ndjson.gz`)
    return gunzipSync(file ?? Buffer.alloc(0))
      .toString("utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line))
  }
  const manifest = (tag: string): Manifest =>
    JSON.parse(server.files(tag).get("manifest.json")?.toString() ?? "")
  return {
    server,
    upstream,
    workflow,
    manifest,
    part,
    has: (rows) => void upstream.editions.splice(0, Infinity, edition(rows)),
    night: async ({ before, days = 0, environment, inputs = {}, started, vars = {} } = {}) => {
      const ends = await run(workflow, {
        repository,
        github,
        inputs,
        vars,
        ...(before === undefined ? {} : { before }),
        ...(started === undefined ? {} : { started }),
        secrets: { ODCLOUD_SERVICE_KEY: key },
        instead: { Install: `echo "${join(folder, "bin")}" >> "$GITHUB_PATH"` },
        environment: {
          GITHUB_API_URL: server.api,
          GITHUB_SERVER_URL: github.server_url,
          GITHUB_REPOSITORY: server.repository,
          GITHUB_SHA: "0123456789abcdef0123456789abcdef01234567",
          GITHUB_RUN_ID: "42",
          GITHUB_WORKFLOW_REF: `${server.repository}/.github/workflows/trials.yml@refs/heads/main`,
          ODCLOUD_BASE_URL: upstream.baseUrl,
          ODCLOUD_SPEC_URL: upstream.specUrl,
          ...(days === 0 ? {} : ahead(days)),
          ...environment
        }
      })
      const { collect, publish } = ends
      if (collect === undefined || publish === undefined) throw new Error("a job is missing")
      return { collect, publish, failure: failureOf([collect, publish]) }
    }
  }
})

/** A schedule of kdca. */
export const schedule = scheduleOf()
