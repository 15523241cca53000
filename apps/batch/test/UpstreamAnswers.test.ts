import { mkdtempSync, readFileSync, rmSync } from "node:fs"
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

const fixtures: ReadonlyArray<{ id: string; status: number; body: unknown; kind: string }> = JSON.parse(
  readFileSync(new URL("./fixtures/odcloud-errors.json", import.meta.url), "utf8")
)
const kinds: Readonly<Record<string, string>> = {
  auth: "key",
  gone: "gone",
  badRequest: "request",
  quota: "quota",
  transient: "server"
}
const seenLive = fixtures.map(({ body, id, kind, status }): Case => [
  id,
  { status, body: typeof body === "string" ? body : JSON.stringify(body) },
  kinds[kind] ?? kind
])

const codes = {
  "-401": "key",
  "-4": "key",
  "-3": "gone",
  "-9": "gone",
  "-10": "quota",
  "-2": "request",
  "-1": "server",
  "-999": "server"
}
const statuses = [200, 400, 401, 403, 404, 429, 500, 503]
const coded = statuses.flatMap((status) =>
  Object.entries(codes).map(([code, means]): Case => [
    `${status} with code ${code}`,
    { status, body: JSON.stringify({ code: Number(code), msg: `your key was ${key}, or ${encoded}` }) },
    means
  ])
)

const page = JSON.stringify({
  currentCount: 1,
  data: [{}],
  matchCount: 1,
  page: 1,
  perPage: 1,
  totalCount: 3
})
const html = `<html>${key}</html>`
const others: ReadonlyArray<Case> = [
  ["an empty body", { body: "" }, "network"],
  ["a body that is cut off", { body: page.slice(0, 40) }, "network"],
  ["a connection cut in the body", { body: page, cut: true }, "network"],
  ["an empty object", { body: JSON.stringify({ key }) }, "malformed"],
  ["a list", { body: JSON.stringify([key]) }, "malformed"],
  ["a number", { body: "42" }, "malformed"],
  ["an unknown code", { body: JSON.stringify({ code: 77, msg: key }) }, "malformed"],
  ["a page with a code of failure", { body: page.replace("{", '{"code":-1,') }, "server"],
  [
    "a page with more rows than it says",
    { body: page.replace('"currentCount":1', '"currentCount":7') },
    "malformed"
  ],
  ["plain words", { body: "plain words" }, "malformed"],
  ["HTML with 200", { body: html }, "server"],
  ["HTML with 403", { status: 403, body: html }, "key"],
  ["HTML with 404", { status: 404, body: html }, "gone"],
  ["HTML with 502", { status: 502, body: html }, "server"],
  ["429 without a word", { status: 429 }, "too-fast"],
  ["429 with a Retry-After that has passed", { status: 429, headers: { "retry-after": "-1" } }, "too-fast"],
  ["408", { status: 408 }, "timeout"],
  ["418", { status: 418 }, "request"],
  [
    "a redirect with the key in it",
    { status: 302, headers: { location: `http://127.0.0.1:1/?k=${encoded}` } },
    "redirect"
  ],
  ["204", { status: 204 }, "network"]
]

describe("an answer of the registry that is not a page", { timeout: 30_000 }, () => {
  it.each([...seenLive, ...coded, ...others])("%s", async (_, scripted, means) => {
    const code = means === "too-fast" ? "quota" : means
    expect(await sync(scripted)).toEqual({ code, ...outcomes[means] })
  })
})
