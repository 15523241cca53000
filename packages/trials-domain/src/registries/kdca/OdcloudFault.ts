import { Option, Schema } from "effect"
import { type HttpAnswer, type HttpMeaning, usualMeaning } from "../http/HttpAnswer.js"
import { errorsOf, type UpstreamReason, type UpstreamTexts } from "../UpstreamError.js"

/** The messages for a person that are specific to the portal. */
export const texts: Partial<UpstreamTexts> = {
  key:
    "The registry does not accept the service key: check ODCLOUD_SERVICE_KEY. A key comes from " +
    "https://www.data.go.kr/data/3074271/fileData.do (활용신청), in either spelling that the portal shows.",
  gone:
    "The registry no longer serves this edition: let ODCLOUD_REVISION be `latest`, or name one of `trials revisions`. " +
    "ODCLOUD_BASE_URL and ODCLOUD_DATASET must be right, too.",
  quota: "The registry's limit of calls is used up; try again later, at the latest tomorrow.",
  request: "The registry did not understand the request; ODCLOUD_PAGE_SIZE may be too large for it.",
  redirect: "The registry sends its callers elsewhere; no redirect is followed, for the key would go with it."
}

export const upstreamError = errorsOf("kdca", texts)

// The portal's own codes say more than its statuses, which vary for the same code.
const byCode: Readonly<Record<number, UpstreamReason>> = {
  [-401]: "key",
  [-4]: "key",
  [-3]: "gone",
  [-9]: "gone",
  [-10]: "quota",
  [-2]: "request",
  [-1]: "server",
  [-999]: "server"
}

// The gateway in front of the portal answers in XML, HTML or JSON, even with status 200: by name, by number, or both.
const byName: ReadonlyArray<readonly [RegExp, UpstreamReason]> = [
  [/SERVICE_KEY_IS_NOT_REGISTERED|DISABLE_THE_SERVICEKEY|SERVICE_ACCESS_DENIED/, "key"],
  [/DEADLINE_HAS_EXPIRED|UNREGISTERED_IP|UNSIGNED_CALL/, "key"],
  [/LIMITED_NUMBER_OF_SERVICE_REQUESTS/, "quota"],
  [/NO_OPENAPI_SERVICE/, "gone"],
  [/INVALID_REQUEST_PARAMETER|NO_MANDATORY_REQUEST_PARAMETER/, "request"]
]

const byNumber: Readonly<Record<string, UpstreamReason>> = {
  "10": "request",
  "11": "request",
  "12": "gone",
  "20": "key",
  "21": "key",
  "22": "quota",
  "30": "key",
  "31": "key",
  "32": "key",
  "33": "key"
}

const gatewayReason = (body: string): UpstreamReason | undefined => {
  const start = body.slice(0, 4096)
  // A row may contain any words.
  if (start.includes('"currentCount"')) return undefined
  const named = byName.find(([words]) => words.test(start))?.[1]
  if (named !== undefined) return named
  const number = /returnReasonCode"?\s*[>:]\s*"?0*(\d+)/.exec(start)?.[1]
  if (number !== undefined) return byNumber[number] ?? "server"
  return start.length < 200 && /quota exceeded/i.test(start) ? "quota" : undefined
}

const AnyCode = Schema.parseJson(
  Schema.Struct({ code: Schema.Union(Schema.Number, Schema.NumberFromString) })
)

const codeOf = (body: string): number | null =>
  Option.match(Schema.decodeUnknownOption(AnyCode)(body), { onNone: () => null, onSome: ({ code }) => code })

/**
 * What an answer that is not a page means: by the body's code, then by the gateway's words, then by the status.
 * Failures inside the registry, truncated answers and calls that came too fast are passing; calls over a day's limit
 * are not.
 */
export const classify = ({ body, status }: HttpAnswer): HttpMeaning => {
  const code = codeOf(body)
  const said = (code === null ? undefined : byCode[code]) ?? gatewayReason(body)
  if (said !== undefined) return { reason: said, passing: said === "server" }
  if (status === 200 && body.trimStart().startsWith("<")) return { reason: "server", passing: true }
  return usualMeaning({ body, status })
}
