import * as NodeContext from "@effect/platform-node/NodeContext"
import { expect, it } from "@effect/vitest"
import { Effect, Layer, Redacted } from "effect"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Database from "trials-database/Database"
import { kdca } from "trials-domain/registries/kdca/Kdca"
import * as Remap from "trials-domain/Remap"
import type { Run } from "trials-domain/Run"
import * as Sync from "trials-domain/Sync"
import { apiOver, ask, sampleFile, syncInto, temporaryFolder } from "./Harness.js"

const remapIn = (file: string) =>
  Effect.provide(
    Remap.run(kdca),
    Sync.layer.pipe(
      Layer.provideMerge(Database.layerWriter({ url: Redacted.make(`sqlite:${file}`), init: false })),
      Layer.provide(NodeContext.layer)
    )
  )

it.scopedLive("only a run that read the whole registry and loaded counts as proven", () =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const file = join(folder, "trials.db")
    const better = join(folder, "better.json")
    const envelope = JSON.parse(readFileSync(sampleFile, "utf8"))
    const without = envelope.data.find((row: Record<string, string>) => row["연구기간"] === "")
    without["연구기간"] = "3년"
    writeFileSync(better, JSON.stringify(envelope))

    const first = yield* syncInto(file)
    const second = yield* syncInto(file, better)
    const dry = yield* syncInto(file, sampleFile, { dryRun: true })
    const remapped = yield* remapIn(file)
    const api = yield* Layer.build(apiOver(file))
    const get = (path: string) => Effect.provide(ask(path), api)

    const { body: quality } = yield* get("/v1/registries/kdca/quality")
    expect(quality).toMatchObject({
      runId: second.runId,
      previousRunId: first.runId,
      rejected: { count: 0, previous: 0, delta: 0, records: [] }
    })
    const missing = quality.findings.find(({ code }: { code: string }) => code === "duration-missing")
    expect(missing).toMatchObject({ count: 16, previous: 17, delta: -1 })
    expect(missing.examples).toHaveLength(16)

    const { body: registries } = yield* get("/v1/registries")
    expect(registries.items[0]).toMatchObject({
      revision: second.revision,
      lastRun: { runId: remapped.runId },
      lastProvenAt: second.finishedAt
    })
    const { body: ready } = yield* get("/readyz")
    expect(ready.registries[0].lastProvenAt).toBe(second.finishedAt)

    // The ledger lists all of them, newest first, page by page.
    const ids: Array<string> = []
    let path = "/v1/runs?limit=3"
    while (path !== "") {
      const { body } = yield* get(path)
      expect(body.total).toEqual({ value: 4, relation: "eq" })
      ids.push(...body.items.map((run: Run) => run.runId))
      path = body.nextCursor === null ? "" : `/v1/runs?limit=3&cursor=${body.nextCursor}`
    }
    expect(ids).toEqual([remapped, dry, second, first].map(({ runId }) => runId))
    expect((yield* get("/v1/runs?registry=nope")).body.items).toEqual([])
  })
)
