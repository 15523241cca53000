import { GitHubError } from "./GitHubError.js"

/** A try that failed, and whether another may succeed. */
export interface GitHubFailure {
  readonly error: GitHubError
  /** Whether it may be gone when tried again. */
  readonly passing: boolean
  /** Whether GitHub surely did nothing. */
  readonly untouched: boolean
  /** Milliseconds that GitHub asks to wait. */
  readonly after: number
}

const unreachable = (message: string) => new GitHubError("unreachable", `${message} Try again later.`)

/** No answer, or not the whole of it. */
export const broken = (host: string): GitHubError =>
  unreachable(`${host} could not be reached, or broke off.`)

/** An answer that GitHub's API does not give. */
export const odd = (host: string): GitHubError =>
  unreachable(`${host} answered with something else than GitHub's API does.`)

/** A failure that may be gone when tried again. */
export const passing = (error: GitHubError, after = 0): GitHubFailure => ({
  error,
  passing: true,
  untouched: false,
  after
})

const final = (reason: "none" | "refused" | "taken", message: string): GitHubFailure => ({
  error: new GitHubError(reason, message),
  passing: false,
  untouched: false,
  after: 0
})

// What GitHub says is short. Something in front of it may answer with anything, also with what it was sent.
const longest = 200

/** What GitHub says of a refusal, in one line, without the token. */
const said = async (response: Response, token: string | undefined): Promise<string> => {
  try {
    const body = (await response.json()) as { message?: unknown; errors?: unknown }
    const errors: ReadonlyArray<{ field?: unknown; code?: unknown }> = Array.isArray(body.errors)
      ? body.errors
      : []
    return [body.message, ...errors.flatMap(({ code, field }) => [field, code])]
      .filter((part) => typeof part === "string" && part !== "")
      .join(" ")
      .replaceAll(token ?? "\0", "…")
      .slice(0, longest)
  } catch {
    return ""
  }
}

const seconds = (text: string | null): number => Math.max(0, Number(text ?? 0) * 1000 || 0)

/** What an answer that is none of success means. */
export const failureOf = async (
  response: Response,
  { token, url }: { readonly token: string | undefined; readonly url: URL }
): Promise<GitHubFailure> => {
  const { headers, status } = response
  const text = await said(response, token)
  const about = `${url.host} answered ${status}${text === "" ? "" : ` (${text})`}`
  const spent = headers.get("x-ratelimit-remaining") === "0"
  if (status === 429 || (status === 403 && (spent || headers.has("retry-after")))) {
    const hint = token !== undefined ? "" : " It allows more where GITHUB_TOKEN is set."
    const reset = spent ? seconds(headers.get("x-ratelimit-reset")) - Date.now() : 0
    const after = Math.max(seconds(headers.get("retry-after")), reset)
    return {
      ...passing(unreachable(`${about}: too many requests.${hint}`), after),
      untouched: true
    }
  }
  if (status >= 500 || status === 408) {
    return passing(unreachable(`${about}.`), seconds(headers.get("retry-after")))
  }
  // A tag that is gone is not told by 404.
  if (status === 404 || (status === 422 && text.includes("does not exist"))) {
    const hidden =
      token !== undefined
        ? "A token that does not reach the repository is told the same."
        : "A private repository needs GITHUB_TOKEN."
    return final("none", `There is nothing at ${url.host}${url.pathname}. ${hidden}`)
  }
  if (status === 401) {
    return final("refused", `${about}: the token is wrong or has expired. Set GITHUB_TOKEN to a valid one.`)
  }
  if (status === 403) {
    return final("refused", `${about}: the token in GITHUB_TOKEN does not allow it. Give it the permission.`)
  }
  return final(text.includes("already_exists") ? "taken" : "refused", `${about}.`)
}
