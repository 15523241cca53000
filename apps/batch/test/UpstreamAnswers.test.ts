import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Scripted } from "trials-domain/testing/OdcloudUpstream"
import { describe, expect, it } from "vitest"
import { encoded, expectHidden, filesOf, key } from "./Canary.js"
import { rows } from "./Rows.js"
import { upstreamForAll, within } from "./Within.js"

const edition = { uddi: "uddi:11111111-1111-1111-1111-111111111111", date: "20260930", rows: rows(3) }

const started = upstreamForAll({ key, editions: [edition] })

interface Seen {
  readonly code: string
  readonly requests: number
  readonly exit: number
}

/** Runs one `trials sync` into a new database, and searches everything that it leaves for the key. */
const sync = async (scripted: Scripted): Promise<Seen> => {
  const upstream = started()
  const folder = mkdtempSync(join(tmpdir(), "trials-answers-"))
  upstream.asked.length = 0
  upstream.script = ({ spec }) => (spec ? undefined : scripted)
  try {
    const { exit, spans, stderr, stdout } = await within(["sync", "--registry", "kdca", "--init", "--json"], {
      TRIALS_DATABASE_URL: `sqlite:${join(folder, "trials.db")}`,
      ODCLOUD_SERVICE_KEY: key,
      ODCLOUD_BASE_URL: upstream.baseUrl,
      ODCLOUD_SPEC_URL: upstream.specUrl
    })
    const files = filesOf(folder)
    expect(Object.keys(files)).not.toEqual([])
    expect(spans).toContain("HttpRegistry.request")
    expectHidden({ stdout, stderr, spans, ...files })
    const told = JSON.parse(stdout)
    // The reason is told to people, too.
    expect(stderr).toContain((told.error ?? told.reason).message)
    return {
      code: told.error?.code ?? told.reason.code,
      requests: upstream.asked.filter(({ spec }) => !spec).length,
      exit
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// What each meaning of an answer leads to: how often it is requested, and the exit code. The edition comes from the
// registry's list, not from a setting, so its absence may be temporary.
const outcomes: Readonly<Record<string, Omit<Seen, "code">>> = {
  key: { requests: 1, exit: 2 },
  gone: { requests: 1, exit: 4 },
  request: { requests: 1, exit: 4 },
  quota: { requests: 1, exit: 4 },
  redirect: { requests: 1, exit: 4 },
  malformed: { requests: 1, exit: 4 },
  server: { requests: 5, exit: 4 },
  network: { requests: 5, exit: 4 },
  timeout: { requests: 5, exit: 4 },
  "too-fast": { requests: 5, exit: 4 }
}

type Case = readonly [name: string, scripted: Scripted, means: string]

/** A body with one of the portal's own codes, and the key in its words. */
const coded = (code: number): Scripted => ({
  status: 401,
  body: JSON.stringify({ code, msg: `your key was ${key}, or ${encoded}` })
})

const page = JSON.stringify({
  currentCount: 1,
  data: [{}],
  matchCount: 1,
  page: 1,
  perPage: 1,
  totalCount: 3
})
const html = `<html>${key}</html>`
// One or two for each reason; every code and status is classified in the library's own tests.
const cases: ReadonlyArray<Case> = [
  ["a refusal of the key", coded(-401), "key"],
  ["an edition that is gone", coded(-3), "gone"],
  ["a request that is not understood", coded(-2), "request"],
  ["a day's quota", coded(-10), "quota"],
  ["a failure inside", coded(-1), "server"],
  ["an empty body", { body: "" }, "network"],
  ["a connection cut in the body", { body: page, cut: true }, "network"],
  ["an empty object", { body: JSON.stringify({ key }) }, "malformed"],
  ["a page with a code of failure", { body: page.replace("{", '{"code":-1,') }, "server"],
  [
    "a page with more rows than it says",
    { body: page.replace('"currentCount":1', '"currentCount":7') },
    "malformed"
  ],
  ["HTML with 200", { body: html }, "server"],
  ["HTML with 404", { status: 404, body: html }, "gone"],
  ["429 without a word", { status: 429 }, "too-fast"],
  ["429 with a Retry-After that has passed", { status: 429, headers: { "retry-after": "-1" } }, "too-fast"],
  ["408", { status: 408 }, "timeout"],
  ["204", { status: 204 }, "network"],
  [
    "a redirect with the key in it",
    { status: 302, headers: { location: `http://127.0.0.1:1/?k=${encoded}` } },
    "redirect"
  ]
]

describe("an answer of the registry that is no page", { timeout: 30_000 }, () => {
  it.each([...cases])("%s", async (_, scripted, means) => {
    const code = means === "too-fast" ? "quota" : means
    expect(await sync(scripted)).toEqual({ code, ...outcomes[means] })
  })
})
