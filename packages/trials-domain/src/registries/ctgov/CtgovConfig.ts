import { Config, Effect, Layer } from "effect"
import * as Age from "../../model/Age.js"
import { parsed } from "../../model/Environment.js"
import { address } from "../http/Address.js"
import { defaultLimits } from "../http/HttpRegistry.js"
import * as CtgovClient from "./CtgovClient.js"

const settings = Config.all({
  baseUrl: address("CTGOV_BASE_URL", "https://clinicaltrials.gov"),
  pageSize: Config.integer("CTGOV_PAGE_SIZE").pipe(
    Config.validate({
      message: `must be a number from 1 to ${CtgovClient.mostOnPage}`,
      validation: (size) => size >= 1 && size <= CtgovClient.mostOnPage
    }),
    Config.withDefault(CtgovClient.mostOnPage)
  ),
  limits: Config.all({
    deadline: Config.withDefault(parsed("TRIALS_UPSTREAM_DEADLINE", Age.parse), defaultLimits.deadline),
    requestsPerSecond: Config.number("CTGOV_REQUESTS_PER_SECOND").pipe(
      Config.validate({
        message: "must be a number above 0, at most 50",
        validation: (rate) => rate > 0 && rate <= 50
      }),
      Config.withDefault(CtgovClient.usualLimits.requestsPerSecond)
    )
  })
})

/** The live registry, from the settings. */
export const layer = Layer.unwrapEffect(Effect.map(settings, CtgovClient.layer))
