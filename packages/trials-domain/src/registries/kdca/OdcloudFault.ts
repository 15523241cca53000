import { Option, Schema } from "effect"
import { UpstreamError, type UpstreamReason } from "../RegistryClient.js"

/** Why a request gave nothing, and whether the next moment may not see it. */
export interface OdcloudFault {
  readonly error: UpstreamError
  readonly passing: boolean
}

/** A response that is no page, as far as it was read. */
export interface OdcloudResponse {
  readonly status: number
  readonly retryAfter: string | null
  readonly location: string | null
  readonly body: string
}

const details: Readonly<Record<UpstreamReason, string>> = {
  key:
    "The registry does not accept the service key: check ODCLOUD_SERVICE_KEY. A key comes from " +
    "https://www.data.go.kr/data/3074271/fileData.do (활용신청), in either spelling that the portal shows.",
  gone:
    "The registry no longer serves this edition: let ODCLOUD_REVISION be `latest`, or name one of `trials revisions`. " +
    "ODCLOUD_BASE_URL and ODCLOUD_DATASET must be right, too.",
  quota: "The registry's limit of calls is used up; try again later, at the latest tomorrow.",
  request: "The registry did not understand the request; ODCLOUD_PAGE_SIZE may be too large for it.",
  server: "The registry failed inside; try again later.",
  network: "The registry cannot be reached: check the network and ODCLOUD_BASE_URL.",
  timeout: "The registry took too long to answer.",
  "too-large": "The registry's answer is larger than any page should be.",
  redirect:
    "The registry sends its callers elsewhere; no redirect is followed, for the key would go with it.",
  malformed: "The registry's answer is not in the documented form.",
  file: "The saved answer cannot be read."
}

export const upstreamError = (
  reason: UpstreamReason,
  more: { readonly detail?: string; readonly status?: number; readonly retryAfter?: number | null } = {}
): UpstreamError =>
  new UpstreamError({
    registry: "kdca",
    reason,
    detail: more.detail ?? details[reason],
    status: more.status ?? null,
    retryAfter: more.retryAfter ?? null
  })

// The portal's own codes say more than its statuses, which differ for the same code.
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

// The gateway in front of the portal answers in XML, HTML or JSON, also with status 200: by name, by number, or both.
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
  // A row may hold any words.
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

const AnyJson = Schema.parseJson()

const codeOf = (body: string): number | null =>
  Option.match(Schema.decodeUnknownOption(AnyCode)(body), { onNone: () => null, onSome: ({ code }) => code })

const statusReason = (status: number): UpstreamReason =>
  status === 401 || status === 403
    ? "key"
    : status === 404 || status === 410
      ? "gone"
      : status === 408
        ? "timeout"
        : status === 429
          ? "quota"
          : status >= 500
            ? "server"
            : status >= 400
              ? "request"
              : "malformed"

/** Milliseconds of a Retry-After header, in seconds or as a date; null where there is none that makes sense. */
export const retryAfterMillis = (header: string | null, now: number): number | null => {
  if (header === null) return null
  const millis = /^-?\d+$/.test(header.trim())
    ? Number(header) * 1000
    : /^[A-Z][a-z]{2,8}, /.test(header)
      ? Date.parse(header) - now
      : Number.NaN
  return Number.isFinite(millis) && millis > 0 ? millis : null
}

/** Whether a body stops before its end: empty, or the beginning of a JSON document. */
const isCutOff = (body: string): boolean =>
  /^\s*(?:$|[{[])/.test(body) && Option.isNone(Schema.decodeUnknownOption(AnyJson)(body))

/**
 * What a response that is no page means: by the body's code, then by the gateway's words, then by the status. Passing
 * are failures inside the registry, answers cut off, and calls that came too fast (but not those over a day's limit).
 */
export const classify = (response: OdcloudResponse, now: number): OdcloudFault => {
  const { body, location, retryAfter, status } = response
  const more = { status, retryAfter: retryAfterMillis(retryAfter, now) }
  if (status >= 300 && status < 400) {
    const host = location !== null && URL.canParse(location) ? new URL(location).hostname : ""
    const detail = host === "" ? details.redirect : `${details.redirect} To ${host}, this time.`
    return { error: upstreamError("redirect", { ...more, detail }), passing: false }
  }
  const code = codeOf(body)
  const said = (code === null ? undefined : byCode[code]) ?? gatewayReason(body)
  if (said !== undefined) return { error: upstreamError(said, more), passing: said === "server" }
  if (status === 200 && isCutOff(body)) {
    return {
      error: upstreamError("network", { ...more, detail: "The registry's answer was cut off." }),
      passing: true
    }
  }
  const reason = status === 200 && body.trimStart().startsWith("<") ? "server" : statusReason(status)
  return {
    error: upstreamError(reason, more),
    passing: reason === "server" || reason === "timeout" || reason === "quota"
  }
}
