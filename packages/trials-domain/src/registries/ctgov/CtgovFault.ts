import { type HttpAnswer, type HttpMeaning, usualMeaning } from "../http/HttpAnswer.js"
import { errorsOf, type UpstreamTexts } from "../UpstreamError.js"

/** The messages for a person that are specific to the registry. */
export const texts: Partial<UpstreamTexts> = {
  // No key is needed: what refuses a caller is the firewall in front of the registry.
  key:
    "The registry does not let this machine in, perhaps after too many calls: wait an hour, and let " +
    "CTGOV_REQUESTS_PER_SECOND be 1 or less. CTGOV_BASE_URL must be right, too.",
  quota:
    "The registry asks for fewer calls: try again later, and let CTGOV_REQUESTS_PER_SECOND be 1 or less.",
  request:
    "The registry did not understand the request: it may have changed its interface, so look for a newer version of this " +
    "program."
}

export const upstreamError = errorsOf("ctgov", texts)

/** Whether an answer is a page for people: the registry's own faults are plain text, those of its gateway are HTML. */
const isHtml = (body: string): boolean => body.trimStart().startsWith("<")

/**
 * What an answer that is not JSON of the registry means. HTML with status 200 passes. A 404 says that a study is gone only
 * if its text names one; any other comes from what stands before the registry, and may pass.
 */
export const classify = ({ body, status }: HttpAnswer): HttpMeaning => {
  if (status === 200 && isHtml(body)) return { reason: "server", passing: true }
  if (status === 404 && (isHtml(body) || !/NCT\d{8}/i.test(body))) {
    return {
      reason: "server",
      passing: true,
      detail:
        "The registry says that its own address leads nowhere (404): check CTGOV_BASE_URL, or try again later."
    }
  }
  if (status === 414) {
    return {
      reason: "request",
      passing: false,
      detail: "The registry was asked for more trials at once than an address can name (414)."
    }
  }
  return usualMeaning({ body, status })
}
