import { expect, it } from "@effect/vitest"
import { Context, Effect, Layer, TestClock } from "effect"
import { copyFileSync } from "node:fs"
import { join } from "node:path"
import type { TrialVersion } from "trials-contract"
import {
  startOfTime,
  syncFrom,
  type SyntheticRecord,
  syntheticRegistry,
  SyntheticUpstream,
  type TestDatabase,
  writeSide
} from "trials-domain/testing"
import { opened, sqlite } from "trials-testkit/Engines"
import { ApiServer } from "../src/ApiServer.js"
import { atomOf } from "../src/texts/AtomFeed.js"
import { readAtom } from "./AtomDocument.js"
import { type Answered, apiAt, type ApiOptions, ask, temporaryFolder } from "./Harness.js"

const synth = syntheticRegistry()
const other = syntheticRegistry("other")

/** One night of a registry. */
const night = (records: ReadonlyArray<SyntheticRecord>, registry = synth) =>
  syncFrom(new SyntheticUpstream(registry, records), { limits: { allowShrink: true } })

/** Asks for a feed, and reads it where there is a new one. */
const poll = (query = "", tag = "") =>
  Effect.gen(function* () {
    const { url } = yield* ApiServer
    const path = `/v1/changes.atom${query}`
    const headers = { "cache-control": "max-age=0", ...(tag === "" ? {} : { "if-none-match": tag }) }
    const answer = yield* ask(path, { headers })
    const feed = answer.status === 200 ? readAtom(answer.text, `${url}${path}`) : undefined
    return { ...answer, tag: answer.headers.get("etag") ?? "", feed, entries: feed?.entries ?? [] }
  })

const api = (database: TestDatabase, options: ApiOptions = {}) =>
  Layer.build(apiAt(database.url, { known: [synth, other], ...options }))

/** An API over nights at the beginning of the test's time, and the writer for more of them. */
const served = (nights: ReadonlyArray<ReadonlyArray<SyntheticRecord>>, options?: ApiOptions) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(startOfTime)
    const database = yield* sqlite.database
    const writer = yield* Layer.build(writeSide(database))
    yield* Effect.provide(
      Effect.forEach(nights, (records) => night(records)),
      writer
    )
    return { context: Context.merge(yield* api(database, options), writer) }
  })

const numbered = (count: number, title = "title") =>
  Array.from({ length: count }, (_, n) => ({ id: `T${n}`, title: `${title} ${n}` }))

const versionsOf = ({ body }: Answered): ReadonlyArray<TrialVersion> => body.items

it.scoped("a feed tells each change as an entry, and of a trial by its registry and id", () =>
  Effect.gen(function* () {
    const { context } = yield* served([
      [
        { id: "A/ä 1", title: "one" },
        { id: "B", title: "two" }
      ]
    ])
    yield* TestClock.adjust("1 hour")
    yield* Effect.gen(function* () {
      yield* night([
        { id: "A/ä 1", title: "one more", enrollment: 3 },
        { id: "B", title: "two" }
      ])
      yield* night([{ id: "A/ä 1", title: "elsewhere" }], other)
      const { url } = yield* ApiServer
      const { entries, feed, headers } = yield* poll()
      expect(headers.get("content-type")).toBe("application/atom+xml; charset=utf-8")
      expect(headers.get("x-publication")).toMatch(/^\d+$/)
      expect(feed).toMatchObject({
        id: "tag:github.com,2026:trials-registry/trials/changes",
        updated: "2026-11-01T01:00:00.000Z",
        self: `${url}/v1/changes.atom`,
        href: `${url}/en/changes`
      })
      expect(entries.map(({ category, title }) => [category, title])).toEqual([
        ["created", "elsewhere (A/ä 1): first seen"],
        ["edited", "one more (A/ä 1): edited by its registry: title, enrollment"],
        ["created", "two (B): first seen"],
        ["created", "one (A/ä 1): first seen"]
      ])
      expect(entries[1]).toMatchObject({
        updated: "2026-11-01T01:00:00.000Z",
        author: "synth",
        href: `${url}/en/trials/synth/A%2F%C3%A4%201`,
        summary: expect.stringContaining("title: one → one more\nenrollment: not said → 3")
      })

      const ids = entries.map(({ id }) => id)
      for (const [query, wanted] of [
        ["?registry=synth&id=A%2F%C3%A4%201", [1, 3]],
        ["?id=B&registry=synth", [2]],
        ["?kind=edited", [1]],
        ["?registry=other", [0]],
        ["?q=elsewhere", [0]],
        ["?field=enrollment", [1]],
        ["?registry=synth&id=none", []]
      ] as const) {
        const found = yield* poll(query)
        expect([query, found.entries.map(({ id }) => ids.indexOf(id))]).toEqual([query, wanted])
        const asked = new URL(found.feed?.self ?? "").searchParams
        asked.sort()
        const given = new URLSearchParams(query)
        given.sort()
        expect([query, String(asked)]).toEqual([query, String(given)])
        const page = yield* ask(new URL(found.feed?.href ?? "").href.slice(url.length))
        expect([query, page.status]).toEqual([query, query.endsWith("none") ? 404 : 200])
      }
      for (const wrong of ["?limit=3", "?since=2026-11-01", "?kind=vanished", "?id=B", "?q=a&q=b", "?x"]) {
        const { body, headers, status } = yield* poll(wrong)
        expect([wrong, status]).toEqual([wrong, 400])
        expect([headers.get("content-type"), body.errors.length]).toEqual([
          expect.stringContaining("application/problem+json"),
          1
        ])
      }
    }).pipe(Effect.provide(context))
  })
)

it.scoped("addresses begin with the one that people use", () =>
  Effect.gen(function* () {
    const publicUrl = "https://host.example/trials"
    const { context } = yield* served([[{ id: "A", title: "one" }]], { publicUrl })
    const { entries, feed } = yield* Effect.provide(poll("?registry=synth"), context)
    expect([feed?.self, feed?.href, entries[0]?.href]).toEqual([
      `${publicUrl}/v1/changes.atom?registry=synth`,
      `${publicUrl}/en/changes?registry=synth`,
      `${publicUrl}/en/trials/synth/A`
    ])
  })
)

const hostile = [
  "]]><script>alert(1)</script><!-- &amp; &nope; \"'",
  "\u0001\u0008\u000b\u001f\u007f\u0085\ufffe\uffff\u{1fffe}",
  "\u202eright to left\u2067 \u0000".replace("\0", ""),
  "\ud83d\ude00".repeat(50_000),
  "x".repeat(100_000)
]

it.scoped("a text of a registry stays a text, whatever it is, and takes no more than its place", () =>
  Effect.gen(function* () {
    const records = (suffix: string) =>
      hostile.map((text, n) => ({
        id: `<${n}>&"'?#%20${suffix && ""}`,
        title: text + suffix,
        conditions: [text, suffix],
        summary: text + suffix
      }))
    const { context } = yield* served([records(""), records("!")])
    const answer = yield* Effect.provide(poll("?kind=edited"), context)
    const { entries, text } = answer
    expect(entries.length).toBe(hostile.length)
    expect(text.length).toBeLessThan(40_000)
    const [first] = entries.filter(({ id }) => id.includes("%3C0%3E"))
    expect(first?.title).toContain(`${hostile[0]}! (<0>&"'?#%20)`)
    expect(first?.summary).toContain(`title: ${hostile[0]} → ${hostile[0]}!`)
    expect(first?.href).toMatch(/\/en\/trials\/synth\/%3C0%3E%26%22'%3F%23%2520$/)
    const [controls] = entries.filter(({ id }) => id.includes("%3C1%3E"))
    expect(controls?.title).toMatch(/^\ufffd{4}\u007f.\ufffd{2}\u{1fffe}! /u)
    // No database holds half of a surrogate pair, and a feed would still say it.
    const [version] = versionsOf(yield* Effect.provide(ask("/v1/changes?kind=edited&limit=1"), context))
    if (version === undefined) throw new Error("There is no version.")
    const half = { ...version, trial: { ...version.trial, title: "a\ud800" } }
    const values = [{ field: "title", from: "\udc00b", to: `${"y".repeat(299)}\u{1f600}z` }]
    const made = atomOf({
      publicUrl: "",
      query: "",
      changes: [{ ...half, changes: values } as TrialVersion],
      all: null,
      trial: null,
      since: "2026-11-01T00:00:00.000Z"
    })
    const [entry] = readAtom(made, "http://localhost/").entries
    expect(entry?.title).toMatch(/^a\ufffd \(/)
    expect(entry?.summary).toContain(`title: \ufffdb → ${"y".repeat(299)}\u{1f600}…`)
  })
)

it.scoped(
  "an entry keeps its id, after a restart too; what a restored database saw anew is another one",
  () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(startOfTime)
      const folder = yield* temporaryFolder
      const [file, copy] = [join(folder, "trials.db"), join(folder, "copy.db")]
      const database = opened(`sqlite:${file}`)
      const seen = (by: TestDatabase, title: string) =>
        Effect.provide(night([{ id: "A", title }]), writeSide(by))
      yield* seen(database, "one")
      copyFileSync(file, copy)
      const restored = opened(`sqlite:${copy}`)
      yield* seen(database, "two")
      yield* seen(restored, "two")
      const told = (from: TestDatabase) =>
        Effect.gen(function* () {
          const context = yield* api(from)
          const [one, again] = [
            yield* Effect.provide(poll(), context),
            yield* Effect.provide(poll(), context)
          ]
          expect(again.text).toBe(one.text)
          return one
        }).pipe(Effect.scoped)
      const first = yield* told(database)
      const restarted = yield* told(database)
      expect([restarted.text, restarted.tag]).toEqual([first.text, first.tag])
      const anew = yield* told(restored)
      expect(anew.entries.map(({ title }) => title)).toEqual(first.entries.map(({ title }) => title))
      expect(anew.entries[1]?.id).toBe(first.entries[1]?.id)
      expect(anew.entries[0]?.id).not.toBe(first.entries[0]?.id)
    })
)

it.scoped("in ten nights a reader sees every change once, and nothing is sent where nothing happened", () =>
  Effect.gen(function* () {
    const { context } = yield* served([])
    yield* Effect.gen(function* () {
      const seen = new Map<string, string>()
      let tag = ""
      let records: ReadonlyArray<SyntheticRecord> = numbered(50)
      for (let n = 1; n <= 10; n += 1) {
        records = [
          ...records.map(({ id, title }, at) => ({ id, title: at % 7 === n % 7 ? `${title} ${n}` : title })),
          { id: `new ${n}`, title: "new" }
        ].filter(({ id }) => id !== `T${n}`)
        yield* night(records)
        const { entries, ...answer } = yield* poll("", tag)
        expect([n, answer.status]).toEqual([n, 200])
        const fresh = entries.filter(({ id }) => !seen.has(id))
        // The new ones come first, so a reader may stop at one that it knows.
        expect(entries.slice(0, fresh.length)).toEqual(fresh)
        for (const { id, title } of fresh) seen.set(id, title)
        const changes = versionsOf(yield* ask("/v1/changes?limit=1000"))
        expect([n, seen.size]).toEqual([n, changes.length])
        expect(fresh.length).toBeGreaterThan(5)
        expect((yield* poll("", answer.tag)).status).toBe(304)
        yield* TestClock.adjust("20 hours")
        tag = answer.tag
      }
      const changes = versionsOf(yield* ask("/v1/changes?limit=1000"))
      const told = [...seen.keys()].map((id) => id.split("/").slice(3).map(decodeURIComponent).join(" "))
      expect(told.sort()).toEqual(
        changes.map(({ id, registry, runId, version }) => `${registry} ${id} ${version} ${runId}`).sort()
      )
    }).pipe(Effect.provide(context))
  })
)

it.scoped("a feed has the last seven days and today, so a new day makes it another one", () =>
  Effect.gen(function* () {
    const { context } = yield* served([[{ id: "A", title: "one" }]])
    yield* Effect.gen(function* () {
      const first = yield* poll()
      expect(first.entries.length).toBe(1)
      yield* TestClock.setTime(Date.UTC(2026, 10, 1, 23, 59, 59, 999))
      expect((yield* poll("", first.tag)).status).toBe(304)
      yield* TestClock.setTime(Date.UTC(2026, 10, 2))
      const second = yield* poll("", first.tag)
      expect([second.status, second.entries]).toEqual([200, first.entries])
      yield* TestClock.setTime(Date.UTC(2026, 10, 8, 23, 59, 59, 999))
      const last = yield* poll()
      expect(last.entries).toEqual(first.entries)
      yield* TestClock.setTime(Date.UTC(2026, 10, 9))
      const none = yield* poll("", last.tag)
      expect([none.status, none.entries, none.feed?.updated]).toEqual([200, [], "2026-11-02T00:00:00.000Z"])
    }).pipe(Effect.provide(context))
  })
)

it.scoped(
  "of more than 2,000 changes it has the newest, and an entry that says how many there are, and where",
  () =>
    Effect.gen(function* () {
      const { context } = yield* served([numbered(2000)])
      yield* Effect.gen(function* () {
        const { url } = yield* ApiServer
        const full = yield* poll("?registry=synth")
        expect(full.entries.length).toBe(2000)
        expect(full.entries.some(({ title }) => title.includes("more than this feed holds"))).toBe(false)

        yield* TestClock.adjust("1 hour")
        yield* night([...numbered(2000), { id: "last", title: "last" }])
        const { entries } = yield* poll("?registry=synth")
        const [more, newest, ...rest] = entries
        expect([newest?.title, rest.length]).toEqual(["last (last): first seen", 1999])
        expect(rest).toEqual(full.entries.slice(0, 1999))
        expect(more).toMatchObject({
          title: "2,001 changes, more than this feed holds",
          updated: "2026-11-01T01:00:00.000Z",
          href: `${url}/en/changes?registry=synth&since=2026-10-25`
        })
        expect(more?.summary).toContain("the newest 2,000")
        const page = yield* ask(more?.href.slice(url.length) ?? "")
        expect([page.status, /2,001/.test(page.text)]).toEqual([200, true])
        expect((yield* poll("?registry=synth")).entries[0]?.id).toBe(more?.id)
      }).pipe(Effect.provide(context))
    })
)
