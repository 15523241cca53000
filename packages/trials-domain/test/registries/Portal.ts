import { Duration, type Layer, Redacted } from "effect"
import * as OdcloudClient from "../../src/registries/kdca/OdcloudClient.js"
import type { RegistryClient } from "../../src/registries/RegistryClient.js"
import { OdcloudUpstream } from "../../src/testing/index.js"

export const key = "can+ary/Key123=="
export const rows = Array.from({ length: 25 }, (_, n) => ({ 과제번호: `C${100000 + n}` }))
export const old = { uddi: "uddi:00000000-0000-4000-8000-000000000001", date: "20200101" }
export const newest = { uddi: "uddi:00000000-0000-4000-8000-000000000002", date: "20261101" }

/** The newest edition as a run reads it: 25 rows. */
export const edition = { id: newest.uddi, date: "2026-11-01", title: null }

export const start = OdcloudUpstream.make({
  key,
  editions: [
    { ...newest, rows },
    { ...old, rows: rows.slice(0, 5) }
  ]
})

/** The product's client for it, with pages of ten. */
export const client = (
  { baseUrl, specUrl }: OdcloudUpstream.OdcloudUpstream,
  more: Partial<OdcloudClient.OdcloudConfig> = {}
): Layer.Layer<RegistryClient> =>
  OdcloudClient.layer({
    serviceKey: Redacted.make(key),
    baseUrl,
    specUrl,
    dataset: "3074271",
    revision: "latest",
    pageSize: 10,
    ...more,
    limits: { deadline: Duration.seconds(20), firstWait: Duration.millis(1), ...more.limits }
  })
