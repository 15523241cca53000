/** Why GitHub did not do what was asked: some of the reasons of a `ReleaseError`, without its library. */
export type GitHubReason = "none" | "damaged" | "forked" | "taken" | "unreachable" | "refused"

/** GitHub did not do what was asked; the message says what to do. */
export class GitHubError extends Error {
  override readonly name = "GitHubError"
  readonly reason: GitHubReason

  constructor(reason: GitHubReason, message: string) {
    super(message)
    this.reason = reason
  }
}
