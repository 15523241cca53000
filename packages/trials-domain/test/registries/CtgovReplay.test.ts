import { NodeContext } from "@effect/platform-node"
import { describe, expect, it } from "@effect/vitest"
import { Effect, Either, FastCheck as fc, Layer, Option } from "effect"
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import { notJson } from "../../src/model/Json.js"
import { map } from "../../src/pipeline/Mapping.js"
import { ctgov } from "../../src/registries/ctgov/Ctgov.js"
import { cutTo, requested } from "../../src/registries/ctgov/CtgovPieces.js"
import { type CtgovPiece, detailPieces, paths } from "../../src/registries/ctgov/CtgovRecord.js"
import * as CtgovReplay from "../../src/registries/ctgov/CtgovReplay.js"
import { RegistryClient } from "../../src/registries/RegistryClient.js"
import { client, idIn, start } from "./CtgovPortal.js"

type Json = Record<string, unknown>

const sample: { readonly studies: ReadonlyArray<Json> } = JSON.parse(
  readFileSync(new URL("../../sample/ctgov.json", import.meta.url), "utf8")
)

/** Reads what was saved under a name, after these files were written. */
const replay = (name: string, files: Readonly<Record<string, string | Uint8Array>>) =>
  Effect.gen(function* () {
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "trials-ctgov-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
    )
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    }
    return yield* Effect.gen(function* () {
      const requests = yield* RegistryClient
      const { notes, revision } = yield* requests.resolve(null)
      const records: Array<unknown> = []
      const repeated: Array<unknown> = []
      let at: string | null = null
      do {
        const page: Effect.Effect.Success<ReturnType<typeof requests.page>> = yield* requests.page(
          revision,
          at,
          1000
        )
        records.push(...page.records)
        repeated.push(...(page.repeatedKeys ?? []))
        at = page.next
      } while (at !== null)
      return { ...requests, notes, revision, records, repeated, folder }
    }).pipe(Effect.provide(Layer.provide(CtgovReplay.layer(join(folder, name)), NodeContext.layer)))
  })

const json = JSON.stringify

/** A study as the site gives it, with much that is not asked for. */
const whole = (study: Json): Json => {
  const copy: Record<string, Json> = JSON.parse(json(study))
  Object.assign(copy["protocolSection"] ?? {}, {
    contactsLocationsModule: {
      centralContacts: [{ name: "A Person", phone: "1" }],
      overallOfficials: [{ name: "A Person" }],
      locations: [
        { facility: "A Clinic", country: "Italy", contacts: [{ name: "A Person" }] },
        { facility: "B" }
      ]
    },
    referencesModule: { references: [{ citation: "A Person et al." }] }
  })
  return { ...copy, resultsSection: { a: 1 }, documentSection: { b: [2] } }
}

const studies = sample.studies.slice(0, 5)
const wholes = studies.map(whole)

describe("saved studies", () => {
  it.scoped("in every form are the records that the interface would send", () =>
    Effect.gen(function* () {
      const asked = wholes.map(requested)
      expect(json(asked)).not.toContain("Person")
      expect(json(asked)).toContain('"locations":[{"country":"Italy"},{}]')
      for (const [name, files] of [
        ["a.json", { "a.json": json({ totalCount: 5, studies: wholes }) }],
        ["a.json", { "a.json": `\ufeff${json({ studies: wholes, nextPageToken: "x" })}` }],
        ["a.json", { "a.json": json(wholes, null, 1) }],
        [
          "p",
          {
            "p/1.json": json({ totalCount: 5, studies: wholes.slice(0, 3), nextPageToken: "x" }),
            "p/2.json": json({ studies: wholes.slice(3), nextPageToken: "y" }),
            "p/10.json": json({ studies: [] })
          }
        ],
        ["s", Object.fromEntries(wholes.map((study, n) => [`s/${n}.json`, json(study)]))]
      ] as const) {
        const found = yield* replay(name, files)
        expect(found.records).toEqual(asked)
        expect(found).toMatchObject({
          revision: { date: "2025-12-09", id: expect.stringMatching(/^file:[0-9a-f]{64}$/) }
        })
        expect(found.details).toBeUndefined()
        expect(yield* found.count(found.revision)).toBe(5)
        expect(yield* found.dataTimestamp(found.revision)).toBeNull()
      }
    })
  )

  it.scopedLive("of the upstream equal those that it answers", () =>
    Effect.gen(function* () {
      const upstream = yield* start()
      const ids = [...upstream.ids(0)]
      const answered = yield* Effect.gen(function* () {
        const { details, resolve } = yield* RegistryClient
        const { revision } = yield* resolve(null)
        return yield* details?.some(revision, ids) ?? Effect.succeed({ records: [] })
      }).pipe(Effect.provide(client(upstream.baseUrl)))
      const { records } = yield* replay("a.json", { "a.json": json(ids.map((id) => upstream.study(id, 0))) })
      expect(records.map(idIn)).toEqual(ids)
      expect(new Set(records.map((each) => json(each)))).toEqual(
        new Set(answered.records.map((each) => json(each)))
      )
    })
  )

  it.scoped("say what none of them has, and what each should have", () =>
    Effect.gen(function* () {
      const without = (piece: CtgovPiece, of = studies) =>
        of.map(cutTo(detailPieces.filter((each) => each !== piece)))
      const lacking = (saved: ReadonlyArray<unknown>) =>
        Effect.map(replay("a.json", { "a.json": json(saved) }), ({ lacking }) =>
          lacking?.map(({ name }) => name)
        )
      const always = yield* lacking(sample.studies)
      expect(always).toEqual(["NCTIdAlias", "DelayedPosting"])
      for (const piece of [
        "OverallStatus",
        "VersionHolder",
        "Condition",
        "Phase",
        "CollaboratorName"
      ] as const)
        expect(yield* lacking(without(piece, [...sample.studies]))).toEqual(
          detailPieces.filter((each) => each === piece || always?.includes(each))
        )
      expect(yield* lacking([...studies, ...without("StudyType").slice(0, 1)])).toContain("StudyType")
      // One study in all that has no criteria may be so.
      expect(yield* lacking([...studies, ...without("Sex").slice(0, 1)])).not.toContain("Sex")
      const withheld = {
        protocolSection: { statusModule: { overallStatus: "WITHHELD" } },
        derivedSection: { miscInfoModule: { versionHolder: "2025-12-09" } }
      }
      expect(yield* lacking([...studies, withheld])).toEqual(yield* lacking(studies))
      expect(yield* lacking([withheld])).toEqual([])
    })
  )

  it.scoped(
    "are of the day that all state, or else of the date in their name; of two days they are refused",
    () =>
      Effect.gen(function* () {
        const on = (day?: string) =>
          studies.map(({ derivedSection: _, ...study }) =>
            day === undefined
              ? study
              : { ...study, derivedSection: { miscInfoModule: { versionHolder: day } } }
          )
        const undated = yield* replay("ctgov-20250607.json", { "ctgov-20250607.json": json(on()) })
        expect(undated.revision).toMatchObject({ date: "2025-06-07", title: "ctgov-20250607.json" })
        for (const [name, files] of [
          ["a.json", { "a.json": json([...studies, ...on("2025-12-10").slice(0, 1)]) }],
          ["p", { "p/1.json": json(studies), "p/2.json": json(on("2025-12-10")) }]
        ] as const) {
          const error = yield* Effect.flip(replay(name, files))
          expect(error).toMatchObject({
            reason: "file",
            message: expect.stringMatching(/^(?:a\.json|p): .* different days .*2025-12-09 .*2025-12-10 /)
          })
        }
        const list = yield* replay("a.json", { "a.json": json({ studies, nextPageToken: "x" }) })
        expect(list).toMatchObject({ saved: "saved-pages" })
        expect(list.notes).toEqual([
          expect.stringContaining("may go on"),
          expect.stringContaining("no total")
        ])
        expect(yield* replay("a.json", { "a.json": json({ studies, totalCount: 5 }) })).toMatchObject({
          saved: "one-response",
          notes: []
        })
      })
  )

  it.scoped("keep the keys that a study has twice, by its place", () =>
    Effect.gen(function* () {
      const twice = json(studies[1]).replace("{", '{"hasResults":true,')
      const { repeated } = yield* replay("a.json", { "a.json": `[${json(studies[0])},${twice}]` })
      expect(repeated).toEqual([{ row: 1, key: "hasResults" }])
    })
  )

  it.scoped("in a file each are read by the thousand", () =>
    Effect.gen(function* () {
      const ids = Array.from({ length: 1002 }, (_, n) => `NCT${String(n).padStart(8, "0")}`)
      const files = ids.map((id, n) => [
        `s/${id}.json`,
        json({
          ...(n === 1001 ? {} : { hasResults: true }),
          protocolSection: { identificationModule: { nctId: id } }
        }).replace("{", n === 1 ? '{"hasResults":false,' : "{")
      ])
      const { page, records, repeated, revision } = yield* replay("s", {
        ...Object.fromEntries(files),
        "s/1.json": json(studies.slice(0, 2))
      })
      expect(records.map(idIn)).toEqual([...studies.slice(0, 2).map(idIn), ...ids])
      expect(repeated).toEqual([{ row: 1, key: "hasResults" }])
      const lengths = yield* Effect.forEach(["0", "1", "2"], (at) =>
        Effect.map(page(revision, at, 1000), ({ next, records }) => [records.length, next])
      )
      expect(lengths).toEqual([
        [2, "1"],
        [1000, "2"],
        [2, null]
      ])
    })
  )

  it.scoped("that cannot be stored are rejected alone, by their ids", () =>
    Effect.gen(function* () {
      const [first, second, third, fourth] = studies.map((study) => json(study))
      const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`
      const { records } = yield* replay("a.json", {
        "a.json": `[${[
          first?.replace(/"conditionsModule":\{/, `"conditionsModule":${deep},"other":{`),
          second?.replace(/"conditions":\[/, `"conditions":[${deep},`),
          third?.replace(/"count":\d+/, '"count":1e999'),
          fourth
        ].join()}]`
      })
      const flaws = records.map((record) => Option.getOrNull(Either.getLeft(map(ctgov, record)))?.reason)
      expect(records.map(notJson)).toEqual([null, null, null, null])
      expect(records.map(ctgov.idOf)).toEqual(studies.slice(0, 4).map(ctgov.idOf))
      expect(flaws).toEqual([
        expect.stringContaining("nested more than 100 levels"),
        expect.stringContaining("nested more than 100 levels"),
        expect.stringContaining("a number that is too large"),
        undefined
      ])
    })
  )

  const page = json({ totalCount: 5, studies })
  it.scoped.each<[what: string, body: string | Uint8Array, told: string]>([
    ["cut off", page.slice(0, -20), "cut off"],
    ["with a study that is no JSON", page.replace('"nctId":', '"nctId"'), "cut off"],
    ["of another form", '{"a":1}', "no JSON of the registry"],
    ["of the gateway", "<html>busy</html>", "an error"],
    ["with a total of more", json({ totalCount: 9, studies }), "5 of 9 studies"],
    ["with a total of fewer", json({ totalCount: 4, studies }), "5 studies, but speaks of 4"],
    ["that says something twice", page.replace("{", '{"totalCount":5,'), "totalCount twice"],
    ["in a zip", Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.from([0xff])]), "unpack it first"],
    ["in gzip", gzipSync(page), "unpack it first"],
    ["in another encoding", Buffer.from(page, "utf16le"), "UTF-8"],
    ["that does not end", `${page}]`, "no JSON of the registry"]
  ])("are refused in a body %s", ([, body, told]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(replay("a.json", { "a.json": body }))
      expect(error).toMatchObject({ reason: "file", message: expect.stringContaining(told) })
      expect(error.message).toContain("a.json")
    })
  )

  it.scoped("are refused in two pages that hold the same, and where a file changes amid a run", () =>
    Effect.gen(function* () {
      const same = { "p/1.json": json({ studies }), "p/2.json": json({ studies }, null, 1) }
      expect((yield* Effect.flip(replay("p", same))).message).toContain("the same studies as 1.json")
      const { folder, page, revision } = yield* replay("a.json", { "a.json": json({ studies }) })
      writeFileSync(join(folder, "a.json"), json({ studies: [...studies].reverse() }))
      const error = yield* Effect.flip(page(revision, null, 1000))
      expect(error.message).toContain("a.json: it changed")
    })
  )
})

/** Every value in a study that is no list and no object, with its path; places in lists are left out of the path. */
const leaves = (
  value: unknown,
  path: ReadonlyArray<string> = []
): ReadonlyArray<readonly [string, unknown]> => {
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, path))
  if (typeof value !== "object" || value === null) return [[path.join("."), value]]
  return Object.entries(value).flatMap(([key, each]) => leaves(each, [...path, key]))
}

describe("a study that is cut to pieces", () => {
  // Names that stand in a study, so that paths meet.
  const names = [...new Set(Object.values(paths).flatMap((path) => path.split(".")))]
  const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 5, depthSize: "medium" },
      fc.string(),
      fc.dictionary(fc.constantFrom(...names, "other"), tie("tree"), { maxKeys: 4 }),
      fc.array(tie("tree"), { maxLength: 3 })
    )
  }))
  /** A value at the path of a piece, in lists at some places. */
  const placed = fc
    .tuple(fc.constantFrom(...detailPieces), tree, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }))
    .map(([piece, value, lists]) =>
      paths[piece]
        .split(".")
        .reduceRight<unknown>(
          (inner, key, n) => ({ [key]: lists[n] === true ? [inner, { other: 1 }] : inner }),
          value
        )
    )
  const study = fc.oneof(
    placed,
    fc.constantFrom(...wholes),
    fc.dictionary(fc.constantFrom("protocolSection", "derivedSection", "hasResults"), tree)
  )

  it("has exactly what stands at the paths of these pieces", () => {
    fc.assert(
      fc.property(study, fc.subarray([...detailPieces]), (study, pieces) => {
        const isKept = (path: string) =>
          pieces.some((piece) => path === paths[piece] || path.startsWith(`${paths[piece]}.`))
        const cut = cutTo(pieces)(study)
        expect(leaves(cut)).toEqual(leaves(study).filter(([path]) => isKept(path)))
        expect(cutTo(pieces)(cut)).toEqual(cut)
      })
    )
  })

  it("is as it was, if it was asked for so", () => {
    for (const study of sample.studies) expect(requested(study)).toEqual(study)
    for (const other of [null, 1, "a", [1], []]) expect(requested(other)).toBe(other)
  })
})
