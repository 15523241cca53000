import { expect, layer } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import * as Sync from "trials-domain/Sync"
import { syntheticRegistry, SyntheticUpstream } from "trials-domain/testing"
import { apiOver, ask, temporaryFolder } from "./Harness.js"

const nct = (id: string) => ({ id, kind: "nct" as const, issuer: "ClinicalTrials.gov", raw: id })

const one = new SyntheticUpstream(syntheticRegistry("one"), [
  {
    id: "NCT00000001",
    title: "one",
    formerIds: ["NCT00000009"],
    secondaryIds: [{ id: "2014-005098-35", kind: "eudract", issuer: null, raw: "EudraCT:2014-005098-35" }],
    status: "recruiting",
    enrollment: 100
  }
])
const two = new SyntheticUpstream(syntheticRegistry("two"), [
  {
    id: "KCT0000001",
    title: "하나",
    secondaryIds: [nct("NCT00000001")],
    status: "completed",
    enrollment: 100
  }
])

const api = Layer.unwrapScoped(
  Effect.gen(function* () {
    const file = join(yield* temporaryFolder, "trials.db")
    const writer = Database.layerWriter({ url: Redacted.make(`sqlite:${file}`), init: true })
    for (const upstream of [one, two]) {
      yield* Effect.provide(
        Sync.run(),
        Layer.merge(Sync.layer, upstream.layer()).pipe(Layer.provideMerge(writer))
      )
    }
    return apiOver(file, { known: [one.registry, two.registry] })
  })
)

layer(api, { excludeTestServices: true })("identifiers", (it) => {
  it.effect("find a trial by any spelling, and by a former number", () =>
    Effect.gen(function* () {
      const found = (identifier: string) =>
        Effect.map(ask(`/v1/identifiers/${encodeURIComponent(identifier)}`), ({ body, headers, status }) => {
          expect([status, headers.get("x-publication")]).toEqual([200, expect.stringMatching(/^\d+$/)])
          return body
        })
      expect(yield* found("nct 0000-0001")).toMatchObject({
        identifier: "NCT00000001",
        items: [
          { kind: "own", identifier: "NCT00000001", trial: { registry: "one", title: "one" } },
          { kind: "nct", identifier: "NCT00000001", trial: { registry: "two", id: "KCT0000001" } }
        ],
        total: { value: 2, relation: "eq" }
      })
      expect(yield* found("NCT00000009")).toMatchObject({
        items: [{ kind: "former", identifier: "NCT00000009", trial: { id: "NCT00000001" } }]
      })
      const { items } = yield* found("2014-005098-35")
      expect(items).toMatchObject([{ kind: "eudract", trial: { id: "NCT00000001" } }])
      expect((yield* found("EudraCT:2014-005098-35")).items).toEqual(items)
      expect(yield* found("a/b")).toEqual({
        identifier: "AB",
        items: [],
        total: { value: 0, relation: "eq" }
      })
      const { body, status } = yield* ask("/v1/identifiers/--")
      expect([status, body.errors]).toEqual([
        400,
        [{ parameter: "identifier", detail: "must have a letter or a digit" }]
      ])
    })
  )

  it.effect("tell the same trial elsewhere, who says so, and where the two disagree", () =>
    Effect.gen(function* () {
      const related = (key: string) => Effect.map(ask(`/v1/trials/${key}/related`), ({ body }) => body)
      expect(yield* related("one/NCT00000001")).toMatchObject({
        registry: "one",
        id: "NCT00000001",
        items: [
          {
            trial: { registry: "two", id: "KCT0000001" },
            links: [{ identifier: "NCT00000001", kind: "nct", assertedBy: "other" }],
            disagreements: [{ field: "status", this: "recruiting", other: "completed" }]
          }
        ]
      })
      expect(yield* related("two/KCT0000001")).toMatchObject({
        items: [{ trial: { id: "NCT00000001" }, links: [{ assertedBy: "this" }] }]
      })
      expect((yield* ask("/v1/trials/two/NCT00000001/related")).status).toBe(404)
    })
  )
})
