import type { HttpClientError } from "@effect/platform/HttpClientError"
import type { HttpClientResponse } from "@effect/platform/HttpClientResponse"
import { Effect, Ref, Stream } from "effect"
import { type BodyText, bodyText } from "../BodyText.js"
import type { HttpMeaning } from "./HttpAnswer.js"
import { codeOf } from "./TransportCause.js"

const brokenOff = (error: HttpClientError): HttpMeaning => {
  const code = codeOf(error)
  const detail = `The registry's answer broke off${code === undefined ? "" : ` (${code})`}.`
  return { reason: "network", passing: true, detail }
}

/** Reads the body of an answer, up to a limit in bytes. */
export const read = (response: HttpClientResponse, byteLimit: number): Effect.Effect<BodyText, HttpMeaning> =>
  Effect.gen(function* () {
    const size = yield* Ref.make(0)
    const chunks = yield* response.stream.pipe(
      Stream.mapError(brokenOff),
      Stream.tap((bytes) =>
        Effect.flatMap(
          Ref.updateAndGet(size, (sum) => sum + bytes.length),
          (sum): Effect.Effect<void, HttpMeaning> =>
            sum > byteLimit ? Effect.fail({ reason: "too-large", passing: false }) : Effect.void
        )
      ),
      Stream.runCollect
    )
    return bodyText(chunks)
  })
