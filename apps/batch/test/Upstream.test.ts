import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { Revision } from "trials-domain/Revision"
import { RunReport } from "trials-domain/Run"
import { RunSummary } from "trials-domain/Run"
import { make, type OdcloudUpstream } from "trials-domain/testing/OdcloudUpstream"
import { TrialVersion } from "trials-domain/TrialVersion"
import { describe, expect, it } from "vitest"
import { type Batch, document, documents, ErrorDocument, inFolder } from "./Batch.js"
import { rows } from "./Rows.js"

// Not a real key; it has the characters that encodings change.
const key = "canary+key/that=must+never/show=="
const older = "uddi:11111111-1111-1111-1111-111111111111"
const newer = "uddi:22222222-2222-2222-2222-222222222222"

const sync = ["sync", "--registry", "kdca", "--json"]

/** Runs a test beside an upstream with two editions. The newer one has one more row and one edited row. */
const beside = (test: (batch: Batch, upstream: OdcloudUpstream) => Promise<void>) => () =>
  Effect.runPromise(
    Effect.scoped(
      Effect.gen(function* () {
        const upstream = yield* make({
          key,
          editions: [
            {
              uddi: newer,
              date: "20260930",
              rows: rows(5, (n) => (n === 0 ? { 연구범위: "단일기관" } : {}))
            },
            { uddi: older, date: "20211116", rows: rows(4) }
          ]
        })
        const environment = {
          ODCLOUD_SERVICE_KEY: key,
          ODCLOUD_BASE_URL: upstream.baseUrl,
          ODCLOUD_SPEC_URL: upstream.specUrl,
          TRIALS_UPSTREAM_DEADLINE: "1 second"
        }
        yield* Effect.promise(inFolder((batch) => test(batch, upstream), environment))
      })
    )
  )

const pagesAsked = ({ asked }: OdcloudUpstream): number => asked.filter(({ spec }) => !spec).length

describe("the live registry", { timeout: 90_000 }, () => {
  it.concurrent(
    "is counted, listed and collected page by page, and the newest edition is read",
    beside(async (batch) => {
      const counted = await batch.run(["count", "--registry", "kdca", "--json"])
      expect(JSON.parse(counted.stdout)).toMatchObject({
        registry: "kdca",
        count: 5,
        revision: { id: newer }
      })
      const listing = ["revisions", "--registry", "kdca", "--json"]
      const editions = documents(Revision, await batch.run(listing, { ODCLOUD_SERVICE_KEY: "" }))
      expect(editions.map(({ id, date }) => [id, date])).toEqual([
        [older, "2021-11-16"],
        [newer, "2026-09-30"]
      ])
      const first = await batch.run(sync, { ODCLOUD_PAGE_SIZE: "2" })
      expect(first.code).toBe(0)
      expect(document(RunReport, first)).toMatchObject({
        verdict: "complete",
        revision: { id: newer, date: "2026-09-30" },
        counts: { expected: 5, created: 5 }
      })
      const second = document(
        RunReport,
        await batch.run(sync, { ODCLOUD_SERVICE_KEY: encodeURIComponent(key) })
      )
      expect(second).toMatchObject({ verdict: "unchanged", counts: { unchanged: 5 } })
    })
  )

  it.concurrent(
    "gives true history with --revision all, once",
    beside(async (batch) => {
      const built = await batch.run([...sync, "--revision", "all"])
      expect(built.code).toBe(0)
      expect(
        documents(RunReport, built).map(({ counts, revision }) => [revision?.id, counts.created])
      ).toEqual([
        [older, 4],
        [newer, 1]
      ])
      const history = await batch.run(["history", "kdca", "C130001", "--json"])
      expect(documents(TrialVersion, history).map(({ editionDate, kind }) => [kind, editionDate])).toEqual([
        ["edited", "2026-09-30"],
        ["created", "2021-11-16"]
      ])
      const again = await batch.run([...sync, "--revision", "all"])
      expect(again.code).toBe(2)
      const gone = await batch.run([...sync, "--revision", "uddi:33333333-3333-3333-3333-333333333333"])
      expect(gone.code).toBe(2)
      expect(document(ErrorDocument, gone).error.message).toContain("trials revisions")
    })
  )

  it.concurrent(
    "refuses a bad key in one request, and shows no key anywhere",
    beside(async (batch, upstream) => {
      const wrong = `${key}wrong`
      const ended = await batch.run(sync, { ODCLOUD_SERVICE_KEY: wrong, TRIALS_LOG_LEVEL: "debug" })
      expect(ended.code).toBe(2)
      expect(document(ErrorDocument, ended).error).toMatchObject({ code: "key" })
      expect(ended.stderr).toContain("ODCLOUD_SERVICE_KEY")
      expect(pagesAsked(upstream)).toBe(1)
      const data = join(batch.folder, "data")
      const kept = readdirSync(data).map((name) => readFileSync(join(data, name), "latin1"))
      const spellings = [wrong, encodeURIComponent(wrong), Buffer.from(wrong).toString("base64")]
      for (const text of [ended.stdout, ended.stderr, ...kept]) {
        for (const spelling of spellings) expect(text).not.toContain(spelling.slice(0, 20))
      }
    })
  )

  it.concurrent(
    "leaves the data unchanged if it fails, with the reason and exit code 4",
    beside(async (batch, upstream) => {
      expect((await batch.run(sync)).code).toBe(0)
      const before = (await batch.run(["changes", "--after", "0", "--json"])).stdout
      const html = "<html><body>502 Bad Gateway</body></html>"
      const faults: ReadonlyArray<readonly [code: string, fault: () => void]> = [
        [
          "malformed|server|network|timeout",
          () => void (upstream.script = ({ spec }) => (spec ? undefined : { body: html }))
        ],
        [
          "network|timeout|malformed",
          () =>
            void (upstream.script = ({ spec }) =>
              spec ? undefined : { body: `{"data":[${"1,".repeat(99)}`, cut: true })
        ],
        [
          "quota",
          () =>
            void (upstream.script = ({ spec }) => (spec ? undefined : { status: 429, body: '{"code":-10}' }))
        ],
        [
          "count-mismatch",
          () => {
            upstream.script = () => undefined
            upstream.total = 7
          }
        ]
      ]
      for (const [code, fault] of faults) {
        fault()
        const ended = await batch.run(sync)
        expect(ended.code).toBe(4)
        const { reason, verdict } = document(RunReport, ended)
        expect(verdict).toBe("failed")
        expect(reason?.code).toMatch(new RegExp(`^(${code})$`))
        expect(ended.stderr).toContain(reason?.message)
      }
      expect((await batch.run(["changes", "--after", "0", "--json"])).stdout).toBe(before)
    })
  )

  it.concurrent(
    "does not hold up a run that gets a signal to stop",
    beside(async (batch, upstream) => {
      const asked = new Promise<void>((resolve) => {
        upstream.script = ({ spec }) => {
          if (!spec) resolve()
          return spec ? undefined : { delay: 60_000 }
        }
      })
      const going = batch.start(sync, { TRIALS_UPSTREAM_DEADLINE: "5 minutes" })
      await asked
      const told = Date.now()
      going.child.kill("SIGTERM")
      const ended = await going.ended
      expect(Date.now() - told).toBeLessThan(10_000)
      expect(ended.code).toBe(143)
      const [run] = documents(RunSummary, await batch.run(["runs", "list", "--json"]))
      expect(run).toMatchObject({ verdict: "failed", reason: { code: "interrupted" } })
    })
  )
})
