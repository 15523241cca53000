import type { GitHubApi } from "../github/GitHubApi.js"

/** The label by which a schedule finds its own issue. */
const label = "trials-nightly"

const title = "The nightly run needs somebody to look"

/** What became of the issue. */
export type TicketState = "opened" | "commented" | "closed" | "none"

const numberIn = (issue: unknown): number | undefined =>
  typeof issue === "object" && issue !== null && "number" in issue && typeof issue.number === "number"
    ? issue.number
    : undefined

/**
 * Keeps one issue of a schedule: the first night with troubles opens it, further ones comment on it, and a night without
 * any closes it.
 */
export const tell = async (
  api: GitHubApi,
  repository: string,
  { run, troubles }: { readonly troubles: ReadonlyArray<string>; readonly run: string }
): Promise<TicketState> => {
  const path = `/repos/${repository}/issues`
  const [first] = await api.pages(`${path}?state=open&labels=${label}&per_page=100`)
  const open = numberIn(first)
  const post = (to: string, json: unknown) => api.json(to, { method: "POST", json })
  const body = [...troubles.map((trouble) => `- ${trouble}`), "", `The run: ${run}`].join("\n")
  if (troubles.length > 0) {
    await (open === undefined
      ? post(path, { title, body, labels: [label] })
      : post(`${path}/${open}/comments`, { body }))
    return open === undefined ? "opened" : "commented"
  }
  if (open === undefined) return "none"
  await post(`${path}/${open}/comments`, { body: `All is well again. The run: ${run}` })
  await api.json(`${path}/${open}`, { method: "PATCH", json: { state: "closed" } })
  return "closed"
}
