import { Config, Effect, Either, Layer, Redacted } from "effect"
import * as Age from "../../model/Age.js"
import { parsed } from "../../model/Environment.js"
import { address } from "../http/Address.js"
import { defaultLimits } from "../http/HttpRegistry.js"
import { upstreamError } from "./OdcloudFault.js"
import * as OdcloudClient from "./OdcloudClient.js"

const settings = Config.all({
  serviceKey: parsed("ODCLOUD_SERVICE_KEY", (text) =>
    /^(?!["'`])[!-~]+$/.test(text)
      ? Either.right(text)
      : Either.left("must be the key alone: no quotes around it, no spaces, nothing beyond ASCII")
  ).pipe(Config.map(Redacted.make), Config.withDefault(null)),
  baseUrl: address("ODCLOUD_BASE_URL", "https://api.odcloud.kr"),
  specUrl: address("ODCLOUD_SPEC_URL", "https://infuser.odcloud.kr/oas/docs"),
  dataset: Config.string("ODCLOUD_DATASET").pipe(
    Config.validate({ message: "must be a number", validation: (text) => /^\d+$/.test(text) }),
    Config.withDefault("3074271")
  ),
  revision: Config.string("ODCLOUD_REVISION").pipe(
    Config.validate({
      message: "must be `latest` or a uddi:…",
      validation: (text) => /^(latest|uddi:[\w-]+)$/.test(text)
    }),
    Config.withDefault("latest")
  ),
  pageSize: Config.integer("ODCLOUD_PAGE_SIZE").pipe(
    Config.validate({
      message: "must be a number from 1 to 5000",
      validation: (size) => size >= 1 && size <= 5000
    }),
    Config.withDefault(1000)
  ),
  limits: Config.all({
    deadline: Config.withDefault(parsed("TRIALS_UPSTREAM_DEADLINE", Age.parse), defaultLimits.deadline)
  })
})

/** The live registry, from the settings. Without a key it fails with `UpstreamError`, with the reason `key`. */
export const layer = Layer.unwrapEffect(
  Effect.gen(function* () {
    const config = yield* settings
    if (config.serviceKey === null) {
      return yield* upstreamError("key", {
        detail:
          "ODCLOUD_SERVICE_KEY is not set. A key comes from https://www.data.go.kr/data/3074271/fileData.do " +
          "(활용신청); without one, --from FILE reads a saved answer."
      })
    }
    return OdcloudClient.layer(config)
  })
)

/** The live registry; without a key, only its editions can be read. */
export const layerListing = Layer.unwrapEffect(Effect.map(settings, OdcloudClient.layer))
