import { Option, Schema } from "effect"
import { UpstreamError, type UpstreamReason } from "../../RegistryClient.js"

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
  gone: "The registry no longer serves this edition: let ODCLOUD_REVISION be `latest`, or name one of `trials revisions`.",
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

// Names of the gateway in front of the portal, which answers in XML, HTML or JSON, also with status 200.
const byName: ReadonlyArray<readonly [RegExp, UpstreamReason]> = [
  [
    /SERVICE_KEY_IS_NOT_REGISTERED|UNREGISTERED|DEADLINE_HAS_EXPIRED|SERVICE_ACCESS_DENIED|INVALID_.*KEY/i,
    "key"
  ],
  [/LIMITED_NUMBER_OF_SERVICE_REQUESTS|QUOTA/i, "quota"],
  [/NO_OPENAPI_SERVICE/i, "gone"],
  [/INVALID_REQUEST_PARAMETER|NO_MANDATORY_REQUEST_PARAMETER/i, "request"]
]

const AnyCode = Schema.parseJson(
  Schema.Struct({ code: Schema.Union(Schema.Number, Schema.NumberFromString) })
)

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
  const millis = /^\s*-?\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now
  return Number.isFinite(millis) && millis > 0 ? millis : null
}

/** What a response that is no page means: by the body's code, then by the gateway's words, then by the status. */
export const classify = (response: OdcloudResponse, now: number): UpstreamError => {
  const { body, location, retryAfter, status } = response
  const more = { status, retryAfter: retryAfterMillis(retryAfter, now) }
  if (status >= 300 && status < 400) {
    const host =
      location !== null && URL.canParse(location) ? ` To ${new URL(location).hostname}, this time.` : ""
    return upstreamError("redirect", { ...more, detail: details.redirect + host })
  }
  const code = codeOf(body)
  const known = code === null ? undefined : byCode[code]
  const named = byName.find(([words]) => words.test(body.slice(0, 4096)))?.[1]
  const unknown = status === 200 && body.trimStart().startsWith("<") ? "server" : statusReason(status)
  return upstreamError(known ?? named ?? unknown, more)
}
