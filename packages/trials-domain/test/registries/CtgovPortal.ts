import { Duration, type Layer } from "effect"
import * as CtgovClient from "../../src/registries/ctgov/CtgovClient.js"
import type { RegistryClient } from "../../src/registries/RegistryClient.js"
import { CtgovUpstream } from "../../src/testing/index.js"

export const start = (more: Partial<Parameters<typeof CtgovUpstream.make>[0]> = {}) =>
  CtgovUpstream.make({ size: 60, seed: 7, ...more })

/** The product's client for an upstream, with pages of twenty and no wait between requests. */
export const client = (
  baseUrl: string,
  { limits, ...more }: Partial<CtgovClient.CtgovConfig> = {}
): Layer.Layer<RegistryClient> =>
  CtgovClient.layer({
    baseUrl,
    pageSize: 20,
    ...more,
    limits: {
      requestsPerSecond: 1000,
      deadline: Duration.seconds(20),
      firstWait: Duration.millis(1),
      ...limits
    }
  })

/** The id in a study. */
export const idIn = (study: unknown): string =>
  /"nctId":"(NCT\d{8})"/.exec(JSON.stringify(study))?.[1] ?? "none"
