import { expect, it } from "@effect/vitest"
import { Effect } from "effect"
import { make as makeCtgov } from "trials-domain/testing/CtgovUpstream"
import { rows } from "../Rows.js"
import { schedule, scheduleOf } from "./Schedule.js"

const all = rows(145)

it.scopedLive(
  "three nights of the workflow: the first, one with changes, one that another runner overtakes",
  () =>
    Effect.gen(function* () {
      const { has, manifest, night, part, server } = yield* schedule

      has(all)
      const first = yield* Effect.promise(() => night({ inputs: { first: true } }))
      expect(first.failure, JSON.stringify(first)).toBeNull()
      expect(server.published).toEqual(["data-000001"])
      expect(manifest("data-000001")).toMatchObject({
        parent: null,
        base: 1,
        counts: { trials: 145, versions: 145 }
      })
      expect(first.publish.summary).toContain("| kdca | complete | 145 | 145 | 0 | 145 | 0 |")
      expect(server.enabled).toEqual(["trials.yml"])
      expect(server.issues).toEqual([])

      has([...rows(144, (n) => (n === 7 ? { 과제명: "다른 제목" } : {})), ...rows(147).slice(145)])
      const second = yield* Effect.promise(() => night())
      expect(second.failure, JSON.stringify(second)).toBeNull()
      expect(manifest("data-000002")).toMatchObject({
        parent: { number: 1 },
        counts: { trials: 147, versions: 148, runs: 2, absences: 1 }
      })
      expect(
        part("data-000002", "versions-0000000001")
          .slice(145)
          .map(({ kind }) => kind)
      ).toEqual(["created", "created", "edited"])

      server.meet = ({ host, path }) => {
        if (host === "uploads" && path.includes("SHA256SUMS") && !server.tags.has("data-000003"))
          server.publish("data-000003")
        return undefined
      }
      const third = yield* Effect.promise(() => night())
      expect(third.collect.result).toBe("success")
      expect(third.failure).toEqual(["Publish", 7])
      expect(server.files("data-000003").size).toBe(0)
      expect(server.issues).toMatchObject([{ state: "open", labels: ["trials-nightly"] }])
    }),
  120_000
)

it.scopedLive(
  "two nights of ClinicalTrials.gov: the second goes on from the release of the first, and asks for what its list calls for",
  () =>
    Effect.gen(function* () {
      const upstream = yield* makeCtgov({ size: 120, seed: 7 })
      const { manifest, night, server } = yield* scheduleOf("--registry", "ctgov")
      const environment = {
        CTGOV_BASE_URL: upstream.baseUrl,
        CTGOV_REQUESTS_PER_SECOND: "50",
        // Of so few studies, one that is listed and not served is a large share.
        TRIALS_REJECT_LIMIT: "0.02"
      }
      const listed = upstream.count(0)
      const first = yield* Effect.promise(() => night({ environment, inputs: { first: true } }))
      expect(first.failure, JSON.stringify(first)).toBeNull()
      expect(manifest("data-000001").counts).toMatchObject({ trials: listed, versions: listed })
      expect(first.publish.summary).toContain(`| ctgov | complete | ${listed} | ${listed} | ${listed} |`)

      upstream.day(1)
      upstream.asked.length = 0
      const second = yield* Effect.promise(() => night({ environment }))
      expect(second.failure, JSON.stringify(second)).toBeNull()
      expect(manifest("data-000002").counts).toMatchObject({ runs: 2 })
      // What the list said is not in a release: it is made again from the records, so that not all of them are asked for.
      const details = upstream.asked.filter(({ kind }) => kind === "details")
      expect(details.reduce((sum, { ids }) => sum + ids, 0)).toBeLessThan(listed / 2)
      expect(server.issues).toEqual([])
    }),
  120_000
)
